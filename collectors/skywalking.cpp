// Apache SkyWalking 8 to 10, asked as its UI asks: services and their golden metrics, the map of
// calls, traces as spans, alarms, events and logs. How they look: collectors/README.md.
#include <fmt/format.h>

#include <array>

#include "collectors/collector.h"
#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/http_access.h"
#include "collectors/skywalking/collection.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using config::FieldType;

constexpr std::array kFields{
    config::Field{"url", FieldType::Url, "", "the OAP server or the UI, without /graphql", true},
    kTokenField,
    kUserField,
    kPasswordField,
    kCaFileField,
    kCertificateFileField,
    kKeyFileField,
    kHeadersField,
    config::Field{"serviceNames", FieldType::TextMap, "",
                  "SkyWalking's name of a service or address: the name other sources use for it"},
    config::Field{"maxSeries", FieldType::Count, "1500", "series read for one incident at most"},
    config::Field{"maxTraces", FieldType::Count, "400",
                  "traces read for one incident, about; 0: none"},
    config::Field{"maxLogs", FieldType::Count, "4000",
                  "log records read for one incident at most; 0: none"},
    config::Field{"timeout", FieldType::Duration, "10s", "limit of one request"},
    kClusterField,
    kNamespaceField,
};

constexpr std::array kReads{
    ReadItem{"__schema, getTimeInfo", "what this version can be asked; its time zone",
             "2 requests"},
    ReadItem{"listServices, getGlobalTopology, listMetrics", "services, edges",
             "3 requests; the map of at most 500 minutes, 20000 calls"},
    ReadItem{"execExpression (readMetricsValues before 9.5)",
             "series of services, instances, endpoints and calls",
             "maxSeries series, 40 a request; 480 points each and request"},
    ReadItem{"listInstances, top_n or sortMetrics", "instances and endpoints worth reading",
             "8 services near to the question, 2 requests"},
    ReadItem{"queryBasicTraces and queryTrace, or queryTraces", "spans",
             "maxTraces traces, 12 a request; 40000 spans"},
    ReadItem{"getAlarm, queryEvents", "log records, changes", "1 request; 200 of each"},
    ReadItem{"queryLogs", "log records", "maxLogs records, 500 of a service and request"},
};

std::string rights(const config::Instance&) {
    return "SkyWalking has no roles of its own. Where a proxy before it decides, allow\n"
           "POST /graphql\n"
           "and nothing else; one that reads bodies may refuse those with the word mutation,\n"
           "which are never sent.\n";
}

std::size_t most(const config::Instance& instance, const char* key) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, instance.count(key)));
}

class SkyWalking final : public Source {
  public:
    SkyWalking(HttpAccess access, const config::Instance& instance, const Surroundings& around)
        : clock_(around.clock),
          access_(access),
          api_(std::move(access), around.transport),
          scope_{instance.text("cluster"), instance.text("namespace")},
          names_(instance.text_map("serviceNames")) {
        limits_.series = std::max<std::size_t>(1, most(instance, "maxSeries"));
        limits_.traces = most(instance, "maxTraces");
        limits_.logs = most(instance, "maxLogs");
    }

    model::Signals collect(const Request& request) override {
        return skywalking::Collection(api_, request, limits_, scope_, names_, clock_).run();
    }

    std::vector<Probe> probe(base::Deadline deadline) override {
        api_.refill();
        std::vector<Probe> out;
        const auto features = skywalking::features_of(api_, deadline);
        if (!features) {
            out.push_back(
                {"reach " + api_.url(), false, features.error().text(), features.error().message});
            return out;
        }
        out.push_back({"reach " + api_.url(), true, version(*features, deadline), ""});
        out.push_back(transport_probe(access_, clock_, deadline));
        probe_time(deadline, out);
        probe_health(*features, deadline, out);
        probe_services(*features, deadline, out);
        return out;
    }

  private:
    std::string version(const skywalking::Features& features, base::Deadline deadline) {
        const auto answer = api_.ask("query {version}", Json::object(), deadline);
        const std::string told = answer ? base::text_at(answer->data, "version") : "";
        return fmt::format("version {}{}", told.empty() ? "not told" : shown(told, 60),
                           features.expressions()
                               ? ""
                               : "; metrics by the queries before 9.5, in which nothing measured "
                                 "is a gap");
    }

    void probe_time(base::Deadline deadline, std::vector<Probe>& out) {
        const base::Nanos asked = clock_.now();
        const auto answer =
            api_.ask("query {getTimeInfo {timezone currentTimestamp}}", Json::object(), deadline);
        if (!answer) {
            out.push_back({"clock", false, answer.error().text(), answer.error().message});
            return;
        }
        const Json& info = base::object_at(answer->data, "getTimeInfo");
        // Windows are asked as local times without an offset, so the zone matters as much as the
        // clock.
        const std::string zone = shown(base::text_at(info, "timezone"), 10);
        const double ours = (base::to_seconds(asked) + base::to_seconds(clock_.now())) / 2;
        const double skew =
            static_cast<double>(base::integer_at(info, "currentTimestamp")) / 1e3 - ours;
        Probe clock = clock_probe(skew);
        const bool known = skywalking::zone_of(zone).has_value();
        clock.finding += known ? ", time zone " + zone : ", time zone not told";
        if (!known) {
            clock.ok = false;
            clock.fix = "set TZ=UTC for the OAP server: its windows would be shifted";
        }
        out.push_back(std::move(clock));
    }

    void probe_health(const skywalking::Features& features, base::Deadline deadline,
                      std::vector<Probe>& out) {
        if (!features.has("Query", "checkHealth")) return;
        const auto answer =
            api_.ask("query {checkHealth {score details}}", Json::object(), deadline);
        // without its health checker the server cannot say
        if (!answer || !answer->errors.empty()) return;
        const Json& health = base::object_at(answer->data, "checkHealth");
        const auto score = base::integer_at(health, "score");
        const std::string details = shown(base::text_at(health, "details"), 200);
        out.push_back({"health", score == 0,
                       score == 0  ? "healthy"
                       : score < 0 ? "not started yet"
                                   : "unhealthy: " + details,
                       score == 0 ? "" : "look at the log of the OAP server and at its storage"});
    }

    void probe_services(const skywalking::Features& features, base::Deadline deadline,
                        std::vector<Probe>& out) {
        if (!features.has("Query", "listServices")) return;
        const auto answer = api_.ask("query {listServices {id name}}", Json::object(), deadline);
        if (!answer || !answer->errors.empty()) return;
        const std::size_t count = base::array_at(answer->data, "listServices").size();
        out.push_back({"services", count > 0, fmt::format("{} known", count),
                       count > 0 ? ""
                                 : "no agent reports to it: check the agents' backend address "
                                   "(port 11800)"});
    }

    const base::Clock& clock_;
    HttpAccess access_;
    skywalking::Api api_;
    model::Scope scope_;
    std::map<std::string, std::string> names_;
    skywalking::Limits limits_;
};

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto access = http_access("skywalking", instance);
    if (!access) return base::fail(std::move(access.error()));
    // People copy the address with its path; the API appends it by itself.
    if (access->url.ends_with("/graphql")) access->url.resize(access->url.size() - 8);
    return std::make_unique<SkyWalking>(std::move(*access), instance, around);
}

}  // namespace
}  // namespace insight::collectors::skywalking

namespace insight::collectors {

extern const Descriptor kSkyWalking;
constinit const Descriptor kSkyWalking{
    "skywalking",
    "skywalking",
    "Apache SkyWalking: golden metrics, traces, map of calls, alarms, logs",
    skywalking::kFields,
    &skywalking::open,
    skywalking::kReads,
    &skywalking::rights,
    "SkyWalking OAP 10.1 with its storage in memory, fed with segments and logs. Only imitated, by "
    "hiding "
    "what they lack: 8 and 9. Never met: other storages."};

}  // namespace insight::collectors
