#include "config/keys.h"

namespace insight::config {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;
constexpr base::Nanos kDay = 24 * kHour;

// The adapters of core/net.
constexpr std::array<std::string_view, 2> kTransports{"cpprest", "curl"};
// The words of base::set_up_log().
constexpr std::array<std::string_view, 6> kLogLevels{"trace", "debug", "info",
                                                     "warn",  "error", "off"};

constexpr std::array<Field, 4> kTop{{
    // Without a default of its own: it depends on the user and the environment; see
    // default_store().
    {"store", FieldType::Text, "",
     "Where incidents and reports are kept: sqlite:///absolute/path, or "
     "postgresql://user@host:5432/database for several replicas; without it a file below the "
     "user's state directory."},
    {"storePassword", FieldType::Secret, "", "The password of a PostgreSQL store."},
    {"transport", FieldType::Text, "cpprest",
     "The HTTP client used to ask the sources: cpprest or curl."},
    {"logLevel", FieldType::Text, "info", "How much is logged to standard error."},
}};
constexpr std::array<Limit, 2> kTopLimits{{
    {.key = "transport", .choices = kTransports},
    {.key = "logLevel", .choices = kLogLevels},
}};

constexpr std::array<Field, 4> kServer{{
    {"listen", FieldType::Text, "127.0.0.1:8080",
     "IP address and port to listen on; port 0 picks a free one, no address means all of them."},
    {"webhookSecret", FieldType::Secret, "",
     "The bearer token Alertmanager sends with every delivery."},
    {"maxConnections", FieldType::Count, "1024", "Connections that may be open at the same time."},
    {"externalUrl", FieldType::Url, "",
     "How people reach the pages; links in reports start with it."},
}};
constexpr std::array<Limit, 1> kServerLimits{{
    {.key = "maxConnections", .least = 1, .most = 65'536},
}};

constexpr std::array<Field, 6> kPipeline{{
    {"workers", FieldType::Count, "2", "Incidents that are investigated at the same time."},
    {"collectTimeout", FieldType::Duration, "20s", "One deadline for all sources of an incident."},
    {"window", FieldType::Duration, "15m",
     "The incident interval before now when no alert says when it began."},
    {"baseline", FieldType::Duration, "1h",
     "How much of the time before the incident counts as normal."},
    {"lead", FieldType::Duration, "5m",
     "How long before the start of its alert an incident is taken to begin."},
    {"sampleInterval", FieldType::Duration, "30s",
     "How often the state of databases is sampled while serving."},
}};
constexpr std::array<Limit, 6> kPipelineLimits{{
    {.key = "workers", .least = 1, .most = 64},
    {.key = "collectTimeout", .least = kSecond, .most = 10 * kMinute},
    {.key = "window", .least = kMinute, .most = 7 * kDay},
    {.key = "baseline", .least = kMinute, .most = 7 * kDay},
    {.key = "lead", .least = kSecond, .most = kDay},
    {.key = "sampleInterval", .least = kSecond, .most = kHour},
}};

constexpr std::array<Field, 6> kSchedule{{
    {"cron", FieldType::Text, "",
     "When it is due: minute hour day month weekday, or @hourly, @daily, @weekly, @monthly.", true},
    {"timeZone", FieldType::Text, "Etc/UTC", "The IANA time zone the expression is meant in."},
    {"window", FieldType::Duration, "24h", "How far back a scan looks."},
    {"cluster", FieldType::Text, "", "The cluster it is about."},
    {"namespace", FieldType::Text, "", "The namespace it is about."},
    {"service", FieldType::Text, "", "The service it is about; without it everything."},
}};
constexpr std::array<Limit, 1> kScheduleLimits{{
    {.key = "window", .least = kMinute, .most = 31 * kDay},
}};

constexpr std::array<Field, 7> kSuppression{{
    // Only what every one needs is required here; that one matcher is there,
    // suppression_from_json() checks.
    {"finding", FieldType::Text, "", "The id of a finding (hf-…)."},
    {"area", FieldType::Text, "", "An area: memory, disk, connections and so on."},
    {"entity", FieldType::Text, "", "The name of an entity; * stands for any characters."},
    {"subject", FieldType::Text, "", "What of it; * stands for any characters."},
    {"owner", FieldType::Text, "", "Who decided it.", true},
    {"reason", FieldType::Text, "", "Why.", true},
    {"expires", FieldType::Text, "", "Until when (RFC 3339).", true},
}};

}  // namespace

const SectionKeys& top_keys() {
    static const SectionKeys kKeys{"", kTop, kTopLimits};
    return kKeys;
}

const SectionKeys& server_keys() {
    static const SectionKeys kKeys{"server", kServer, kServerLimits};
    return kKeys;
}

const SectionKeys& pipeline_keys() {
    static const SectionKeys kKeys{"pipeline", kPipeline, kPipelineLimits};
    return kKeys;
}

const SectionKeys& schedule_keys() {
    static const SectionKeys kKeys{"schedules", kSchedule, kScheduleLimits};
    return kKeys;
}

const SectionKeys& suppression_keys() {
    static const SectionKeys kKeys{"suppressions", kSuppression, {}};
    return kKeys;
}

}  // namespace insight::config
