#include "collectors/skywalking/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "collectors/kubernetes/log_line.h"
#include "collectors/skywalking/server_time.h"
#include "collectors/skywalking/slices.h"
#include "collectors/skywalking/values.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::Nanos;
using model::Interval;
using model::LogRecord;

constexpr std::size_t kLogPage = 500;
constexpr std::size_t kErrors = 100;  // the newest of each interval, where not all are read
constexpr int kErrorSeverity = 17;

using Key = std::tuple<Nanos, std::string, std::string>;

Key key_of(const LogRecord& record) {
    const auto it = record.attributes.find("service.instance.id");
    return {record.time, record.body, it == record.attributes.end() ? "" : it->second};
}

class LogReader {
  public:
    LogReader(Api& api, const Features& features, const Names& names, const LogOrder& order,
              base::Deadline deadline)
        : api_(api), names_(names), order_(order), deadline_(deadline) {
        services_ = order.service_ids;
        // An empty id: all services in one list.
        if (services_.empty()) services_.emplace_back();
        ordered_ = features.has("LogQueryCondition", "queryOrder");
        tagged_ = features.has("LogQueryCondition", "tags");
        fields_ = features.only("Log",
                                "serviceName serviceInstanceName endpointName traceId "
                                "timestamp content");
        if (features.has("Log", "tags")) fields_ += " tags {key value}";
    }

    std::vector<LogRecord> run(const std::string& source,
                               std::vector<model::CoverageRow>& coverage) {
        std::vector<Interval> slices;
        // a fifth is for the errors beside the parts
        const std::size_t each = order_.records * 4 / 5 / order_.intervals.size();
        auto newest = read(order_.intervals, kLogPage);
        for (std::size_t i = 0; i < newest.size(); ++i) {
            if (!newest[i].answered) continue;
            if (newest[i].covered.start <= order_.intervals[i].start &&
                newest[i].records.size() <= each) {
                take(newest[i], each);
                continue;
            }
            sampled_ = true;
            // Every service has a page of its own, and the parts are to hold about as many lines
            // together as one page would.
            const double items =
                static_cast<double>(each) / static_cast<double>(kSlices * services_.size());
            for (const Interval& slice :
                 slices_of(order_.intervals[i], kSlices, items, newest[i].rate))
                slices.push_back(slice);
        }
        for (Part& part : read(slices, kLogPage))
            take(part, std::max<std::size_t>(1, each / kSlices));
        if (sampled_ && tagged_) take_errors();
        say(source, coverage);
        return std::move(records_);
    }

  private:
    struct Part {
        Interval covered;
        bool answered = false;
        double rate = 0;  // of the most talkative service
        std::vector<LogRecord> records;
    };

    [[nodiscard]] Question question(const Interval& interval, const std::string& service,
                                    std::size_t size, bool errors) const {
        Json condition = {{"queryDuration", seconds_of(interval, order_.zone)},
                          {"paging", {{"pageNum", 1}, {"pageSize", size}}}};
        if (!service.empty()) condition["serviceId"] = service;
        if (ordered_) condition["queryOrder"] = "DES";
        if (errors) condition["tags"] = Json::array({{{"key", "level"}, {"value", "ERROR"}}});
        return {fmt::format("queryLogs(condition: @0) {{errorReason logs {{{}}}}}", fields_),
                {{"LogQueryCondition", std::move(condition)}}};
    }

    Replies ask(const std::vector<Interval>& intervals, std::size_t size, bool errors) {
        std::vector<Question> questions;
        for (const Interval& interval : intervals)
            for (const std::string& service : services_)
                questions.push_back(question(interval, service, size, errors));
        Form form;
        form.at_once = 8;
        Replies replies = ask_all(api_, form, questions, deadline_);
        if (replies.error && !error_) error_ = replies.error;
        for (const auto& value : replies.values)
            if (value && !error_)
                // A storage that fails says so in an answer that looks like one without logs.
                if (const auto reason = base::text_at(*value, "errorReason"); !reason.empty())
                    error_ = {base::ErrorKind::Unavailable,
                              fmt::format("SkyWalking {} cannot give its logs: look at the log of "
                                          "the OAP server",
                                          api_.instance()),
                              shown(reason)};
        return replies;
    }

    // One part an interval. It is covered from where every service's page begins.
    std::vector<Part> read(const std::vector<Interval>& intervals, std::size_t size) {
        std::vector<Part> out;
        const Replies replies = ask(intervals, size, false);
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            Part part{intervals[i], true, 0, {}};
            for (std::size_t k = 0; k < services_.size(); ++k) {
                const auto& value = replies.values[i * services_.size() + k];
                if (!value) {
                    part.answered = false;
                    continue;
                }
                Page page{intervals[i], {}, base::array_at(*value, "logs").size() >= size};
                for (LogRecord& record : records_of(*value, names_, order_.scope)) {
                    // the server counts in whole seconds, both ends included
                    if (record.time < intervals[i].start || record.time >= intervals[i].end)
                        continue;
                    page.times.push_back(record.time);
                    part.records.push_back(std::move(record));
                }
                part.covered.start = std::max(part.covered.start, covered_by(page).start);
                part.rate = std::max(part.rate, rate_of(page));
            }
            out.push_back(std::move(part));
        }
        return out;
    }

    // The newest `most` of them, and from when on they are all there are.
    void take(Part& part, std::size_t most) {
        std::erase_if(part.records, [&](const LogRecord& record) {
            return part.answered && record.time < part.covered.start;
        });
        if (part.records.size() > most) {
            std::stable_sort(part.records.begin(), part.records.end(),
                             [](const auto& a, const auto& b) { return a.time > b.time; });
            part.records.resize(most);
            part.covered.start = part.records.back().time;
        }
        if (part.answered) covered_.push_back(part.covered);
        for (LogRecord& record : part.records) keep(std::move(record));
    }

    void take_errors() {
        const Replies replies = ask(order_.intervals, kErrors, true);
        for (const auto& value : replies.values) {
            if (!value) continue;
            for (LogRecord& record : records_of(*value, names_, order_.scope))
                if (record.severity >= kErrorSeverity && !seen_.contains(key_of(record)))
                    keep(std::move(record));
        }
    }

    void keep(LogRecord record) {
        if (records_.size() >= order_.records) return;
        // only what comes again beside the parts is the same record; two alike are two
        if (sampled_) seen_.insert(key_of(record));
        records_.push_back(std::move(record));
    }

    void say(const std::string& source, std::vector<model::CoverageRow>& coverage) const {
        Coverage row(source, joined(covered_));
        std::string note;
        if (sampled_)
            note =
                "all records of short parts of baseline and window, and the newest errors of "
                "both (raise maxLogs for more)";
        if (error_) note += (note.empty() ? "" : "; ") + error_->text();
        if (error_ && records_.empty())
            row.failed("queryLogs", *error_);
        else if (sampled_ || error_)
            row.truncated("queryLogs", records_.size(), note);
        else
            row.answered("queryLogs", records_.size());
        for (model::CoverageRow& one : row.take()) coverage.push_back(std::move(one));
    }

    Api& api_;
    const Names& names_;
    const LogOrder& order_;
    base::Deadline deadline_;
    std::vector<std::string> services_;
    std::string fields_;
    bool ordered_ = false;
    bool tagged_ = false;
    bool sampled_ = false;
    std::vector<Interval> covered_;
    std::vector<LogRecord> records_;
    std::set<Key> seen_;
    std::optional<base::Error> error_;
};

}  // namespace

std::vector<LogRecord> records_of(const Json& answer, const Names& names,
                                  const model::Scope& scope) {
    std::vector<LogRecord> out;
    for (const Json& log : base::array_at(answer, "logs")) {
        LogRecord record;
        record.time = written_time_at(log, "timestamp");
        const std::string content = base::text_at(log, "content");
        if (record.time == 0 || content.empty()) continue;
        // severity, message and trace out of the usual formats; secrets are redacted there
        kubernetes::read_line(content, record);
        for (const Json& tag : base::array_at(log, "tags"))
            if (base::text_at(tag, "key") == "level") {
                record.severity_text = shown(base::text_at(tag, "value"), 20);
                if (const int level = kubernetes::severity_of(record.severity_text); level > 0)
                    record.severity = level;
            }
        if (const auto trace = safe(log, "traceId"); !trace.empty()) record.trace_id = trace;
        if (const auto service = safe(log, "serviceName"); !service.empty())
            put(record, "service.name", names.of(service));
        const std::string instance = safe(log, "serviceInstanceName");
        put(record, "service.instance.id", instance);
        put(record, "k8s.pod.name", pod_name(instance, {}));
        put(record, "skywalking.endpoint", safe(log, "endpointName"));
        put_scope(record, scope);
        out.push_back(std::move(record));
    }
    return out;
}

std::vector<LogRecord> read_logs(Api& api, const Features& features, const Names& names,
                                 const LogOrder& order, const std::string& source,
                                 base::Deadline deadline,
                                 std::vector<model::CoverageRow>& coverage) {
    return LogReader(api, features, names, order, deadline).run(source, coverage);
}

}  // namespace insight::collectors::skywalking
