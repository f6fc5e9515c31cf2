#include "collectors/skywalking/alarms.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/kubernetes/log_line.h"
#include "collectors/skywalking/server_time.h"
#include "collectors/skywalking/values.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::Nanos;
using model::LogRecord;

constexpr std::int64_t kMost = 200;  // alarms, and events, of one window
constexpr int kInfo = 9;
constexpr int kWarning = 13;
constexpr int kError = 17;

}  // namespace

std::vector<LogRecord> alarms_of(const Json& answer, const Names& names,
                                 const model::Scope& scope) {
    std::vector<LogRecord> out;
    for (const Json& alarm : base::array_at(answer, "msgs")) {
        LogRecord record;
        record.time = time_at(alarm, "startTime");
        record.body = shown(base::text_at(alarm, "message"), 1000);
        if (record.time == 0 || record.body.empty()) continue;
        // Unless a rule tags it with a level of its own.
        record.severity = kWarning;
        record.severity_text = "WARN";
        for (const Json& tag : base::array_at(alarm, "tags"))
            if (base::text_at(tag, "key") == "level") {
                const std::string level = shown(base::text_at(tag, "value"), 20);
                if (const int severity = kubernetes::severity_of(level); severity > 0) {
                    record.severity = severity;
                    record.severity_text = level;
                }
            }
        record.attributes["event.name"] = "skywalking.alarm";
        const std::string about = safe(alarm, "scope");
        put(record, "skywalking.alarm.scope", about);
        put(record, "skywalking.alarm.name", safe(alarm, "name"));
        // The id has the service and its part apart, which the alarm's name joins to one text.
        const Id id = read_id(base::text_at(alarm, "id"));
        if (!id.service.empty()) put(record, "service.name", names.of(id.service));
        const bool instance = about.starts_with("ServiceInstance");
        put(record, instance ? "service.instance.id" : "skywalking.endpoint", id.part);
        if (const Nanos recovered = time_at(alarm, "recoveryTime"); recovered > 0)
            put(record, "skywalking.alarm.recovered", base::format_rfc3339(recovered));
        put_scope(record, scope);
        out.push_back(std::move(record));
    }
    return out;
}

Happened events_of(const Json& answer, const Names& names, const model::Scope& scope,
                   const std::string& ref) {
    Happened out;
    for (const Json& event : base::array_at(answer, "events")) {
        const Json& source = base::object_at(event, "source");
        const std::string name = safe(event, "name");
        const std::string service = safe(source, "service");
        const std::string instance = safe(source, "serviceInstance");
        const Nanos time = time_at(event, "startTime");
        if (time == 0 || name.empty()) continue;
        // what agents report of their own process
        const bool started = name == "Start";
        if (!service.empty() && (started || name == "Shutdown")) {
            model::Change change;
            change.time = time;
            change.kind = started ? "deploy" : "scaling";
            change.entity = names.of(service);
            change.summary = fmt::format("{} of {} was {}", instance.empty() ? "one" : instance,
                                         change.entity, started ? "started" : "shut down");
            change.ref = ref;
            out.changes.push_back(std::move(change));
            continue;
        }
        LogRecord record;
        record.time = time;
        const bool bad = base::text_at(event, "type") == "Error";
        record.severity = bad ? kError : kInfo;
        record.severity_text = bad ? "ERROR" : "INFO";
        const std::string message = shown(base::text_at(event, "message"), 1000);
        record.body = message.empty() ? name : name + ": " + message;
        record.attributes["event.name"] = "skywalking.event";
        if (!service.empty()) put(record, "service.name", names.of(service));
        put(record, "service.instance.id", instance);
        put(record, "skywalking.endpoint", safe(source, "endpoint"));
        put_scope(record, scope);
        out.records.push_back(std::move(record));
    }
    return out;
}

Happened read_alarms(Api& api, const Features& features, const Names& names,
                     const AlarmOrder& order, Coverage& coverage, base::Deadline deadline) {
    const Json time = duration(order.interval, Step::Minute, order.zone);
    const Json paging = {{"pageNum", 1}, {"pageSize", kMost}};
    std::vector<Question> questions;
    questions.push_back(
        {fmt::format("getAlarm(duration: @0, paging: @1) {{msgs {{{}}}}}",
                     features.only("AlarmMessage", "startTime scope id name message recoveryTime") +
                         (features.has("AlarmMessage", "tags") ? " tags {key value}" : "")),
         {{"Duration!", time}, {"Pagination!", paging}}});
    const bool events = features.has("Query", "queryEvents");
    if (events) {
        Json condition = {{"time", time}, {"order", "DES"}};
        if (features.has("EventQueryCondition", "paging"))
            condition["paging"] = paging;
        else
            // older protocols count, newer ones page
            condition["size"] = kMost;
        questions.push_back(
            {"queryEvents(condition: @0) {events {name type message startTime "
             "source {service serviceInstance endpoint}}}",
             {{"EventQueryCondition", condition}}});
    }
    const Replies replies = ask_all(api, {}, questions, deadline);
    Happened out;
    const auto say = [&](const char* query, std::size_t position, std::size_t count) {
        // A full page: the server does not say whether there are more.
        if (!replies.values[position] && replies.error)
            coverage.failed(query, *replies.error);
        else if (count >= static_cast<std::size_t>(kMost))
            coverage.truncated(query, count, "the newest ones");
        else
            coverage.answered(query, count);
    };
    if (replies.values[0]) out.records = alarms_of(*replies.values[0], names, order.scope);
    say("getAlarm", 0, out.records.size());
    if (!events) return out;
    if (replies.values[1]) {
        Happened more = events_of(*replies.values[1], names, order.scope, coverage.source());
        say("queryEvents", 1, more.records.size() + more.changes.size());
        out.changes = std::move(more.changes);
        out.records.insert(out.records.end(), more.records.begin(), more.records.end());
    } else {
        say("queryEvents", 1, 0);
    }
    return out;
}

}  // namespace insight::collectors::skywalking
