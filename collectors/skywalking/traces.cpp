#include "collectors/skywalking/traces.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "collectors/skywalking/server_time.h"
#include "collectors/skywalking/slices.h"
#include "collectors/skywalking/spans.h"
#include "collectors/skywalking/values.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::Nanos;
using model::Interval;

constexpr std::size_t kSegmentPage = 200;  // segments of a list
constexpr std::size_t kWholePage = 25;     // traces of a list that comes with all spans
constexpr std::size_t kAtOnce = 12;        // traces a request: 35 fields each

// A trace of a list; with its spans where the server gives them at once (BanyanDB, 10.3).
struct Found {
    std::string id;
    Nanos start = 0;
    Json spans;
};

struct List {
    Page page;
    std::vector<Found> traces;  // each once, newest first
};

// What began within `covered` was all of it listed.
struct Group {
    Interval covered;
    std::vector<std::string> ids;
};

class TraceReader {
  public:
    TraceReader(Api& api, const Features& features, const Names& names, const TraceOrder& order,
                base::Deadline deadline)
        : api_(api), features_(features), names_(names), order_(order), deadline_(deadline) {}

    std::vector<model::Span> run(const std::string& source,
                                 std::vector<model::CoverageRow>& coverage) {
        whole_ = supports_whole();
        // A twentieth each for the slowest and the failed, which a fair sample would mostly miss.
        const std::size_t extra = std::max<std::size_t>(1, order_.limits.traces / 20);
        std::vector<Question> questions;
        // Three lists an interval, in this order below: the newest, the slowest, the failed.
        for (const Interval& interval : order_.intervals) {
            questions.push_back(list(interval, page_size(), "ALL", "BY_START_TIME"));
            questions.push_back(list(interval, extra, "ALL", "BY_DURATION"));
            questions.push_back(list(interval, extra, "ERROR", "BY_START_TIME"));
        }
        Form form;
        // Lists that come with their spans are large.
        form.at_once = whole_ ? 3 : 40;
        form.fragments = fragments();
        const Replies lists = ask_all(api_, form, questions, deadline_);
        keep_error(lists);
        std::vector<Interval> too_many;
        std::vector<double> rates;
        std::vector<std::vector<Group>> groups;
        const std::size_t fair =
            order_.limits.traces -
            std::min(order_.limits.traces / 2, 2 * extra * order_.intervals.size());
        const std::size_t each = std::max<std::size_t>(1, fair / order_.intervals.size());
        for (std::size_t i = 0; i < order_.intervals.size(); ++i) {
            groups.emplace_back();
            // First, so that they are among the ones fetched when time runs out.
            for (const std::size_t beside : {i * 3 + 2, i * 3 + 1})
                if (lists.values[beside])
                    for (Found& one :
                         listed(*lists.values[beside], order_.intervals[i], extra).traces)
                        take(std::move(one), ids_);
            if (!lists.values[i * 3]) continue;
            List newest = listed(*lists.values[i * 3], order_.intervals[i], page_size());
            if (!newest.page.full && newest.traces.size() <= each) {
                total_ += static_cast<double>(newest.traces.size());
                groups[i].push_back(group_of(std::move(newest), each));
                continue;
            }
            sampled_ = true;
            const double rate = rate_of(newest.page);
            const Interval& whole = order_.intervals[i];
            total_ += rate * base::to_seconds(whole.end - whole.start);
            for (const Interval& slice :
                 slices_of(whole, kSlices, static_cast<double>(each) / kSlices, rate)) {
                too_many.push_back(slice);
                slice_of_.push_back(i);
            }
        }
        // rates change: a slice may hold a little more than was foreseen
        list_slices(too_many, groups, form, std::max<std::size_t>(4, each * 3 / 2 / kSlices));
        fetch_all(groups);
        say(source, coverage);
        return std::move(spans_);
    }

  private:
    [[nodiscard]] std::size_t page_size() const { return whole_ ? kWholePage : kSegmentPage; }

    bool supports_whole() {
        if (!features_.has("Query", "hasQueryTracesV2Support")) return false;
        const auto answer = api_.ask("query {hasQueryTracesV2Support}", Json::object(), deadline_);
        return answer && base::flag_at(answer->data, "hasQueryTracesV2Support");
    }

    [[nodiscard]] std::string fragments() const {
        return whole_ ? fmt::format("fragment S on Span {{{}}}", kSpanFields) : "";
    }

    [[nodiscard]] Question list(const Interval& interval, std::size_t size, const char* state,
                                const char* by) const {
        Json condition = {{"queryDuration", seconds_of(interval, order_.zone)},
                          {"traceState", state},
                          {"queryOrder", by},
                          {"paging", {{"pageNum", 1}, {"pageSize", size}}}};
        if (!order_.service_id.empty()) condition["serviceId"] = order_.service_id;
        const char* text = whole_ ? "queryTraces(condition: @0) {traces {spans {...S}}}"
                                  : "queryBasicTraces(condition: @0) {traces {start traceIds}}";
        return {text, {{"TraceQueryCondition", std::move(condition)}}};
    }

    static List listed(const Json& answer, const Interval& asked, std::size_t size) {
        List out;
        out.page.asked = asked;
        std::map<std::string, Found> found;
        const Json& list = base::array_at(answer, "traces");
        out.page.full = list.size() >= size;
        for (const Json& one : list) {
            Found trace;
            if (one.contains("spans")) {
                trace.spans = one["spans"];
                for (const Json& span : base::array_at(one, "spans")) {
                    const Nanos start = written_time_at(span, "startTime");
                    // A trace begins with its earliest span, which need not come first.
                    if (trace.start == 0 || start < trace.start) trace.start = start;
                    trace.id = base::text_at(span, "traceId");
                }
            } else {
                const Json& ids = base::array_at(one, "traceIds");
                if (!ids.empty() && ids[0].is_string()) trace.id = ids[0].get<std::string>();
                trace.start = written_time_at(one, "start");
            }
            if (trace.id.empty() || trace.id.size() > kLongestId) continue;
            // the server counts in whole seconds, both ends included
            if (trace.start < asked.start || trace.start >= asked.end) continue;
            const auto [it, fresh] = found.try_emplace(trace.id, trace);
            if (!fresh) it->second.start = std::min(it->second.start, trace.start);
        }
        for (auto& [id, trace] : found) {
            out.page.times.push_back(trace.start);
            out.traces.push_back(std::move(trace));
        }
        std::stable_sort(out.traces.begin(), out.traces.end(),
                         [](const Found& a, const Found& b) { return a.start > b.start; });
        return out;
    }

    // To be fetched, or here already.
    void take(Found one, std::vector<std::string>& into) {
        if (!seen_.insert(one.id).second) return;
        if (one.spans.is_null())
            into.push_back(std::move(one.id));
        else
            keep(one.spans);
    }

    // The newest `most` of the list, and from when on they are all there are.
    Group group_of(List list, std::size_t most) {
        Group group{covered_by(list.page), {}};
        if (list.traces.size() > most) {
            group.covered.start = list.traces[most - 1].start;
            list.traces.resize(most);
        }
        for (Found& one : list.traces) take(std::move(one), group.ids);
        return group;
    }

    void list_slices(const std::vector<Interval>& slices, std::vector<std::vector<Group>>& groups,
                     const Form& form, std::size_t each) {
        std::vector<Question> questions;
        for (const Interval& slice : slices)
            questions.push_back(list(slice, page_size(), "ALL", "BY_START_TIME"));
        const Replies lists = ask_all(api_, form, questions, deadline_);
        keep_error(lists);
        for (std::size_t i = 0; i < slices.size(); ++i)
            if (lists.values[i])
                groups[slice_of_[i]].push_back(
                    group_of(listed(*lists.values[i], slices[i], page_size()), each));
    }

    // The slowest and failed first, then a part of each interval in turn, as far as time goes.
    void fetch_all(const std::vector<std::vector<Group>>& groups) {
        std::vector<std::pair<std::size_t, Interval>> ends;  // in ids_
        std::size_t longest = 0;
        for (const auto& of_interval : groups) longest = std::max(longest, of_interval.size());
        for (std::size_t i = 1; i <= longest; ++i)
            for (const auto& of_interval : groups) {
                if (of_interval.size() < i) continue;
                // from the latest on: it is the likeliest to show what is wrong
                const Group& group = of_interval[of_interval.size() - i];
                ids_.insert(ids_.end(), group.ids.begin(), group.ids.end());
                ends.emplace_back(ids_.size(), group.covered);
            }
        std::size_t fetched = 0;
        while (fetched < ids_.size() && fetched < 2 * order_.limits.traces) {
            const std::size_t count = std::min(kAtOnce, ids_.size() - fetched);
            if (spans_.size() >= order_.limits.spans || !fetch(fetched, count)) break;
            fetched += count;
        }
        left_out_ += ids_.size() - fetched;
        for (const auto& [end, covered] : ends)
            if (end <= fetched) covered_.push_back(covered);
    }

    bool fetch(std::size_t from, std::size_t count) {
        std::vector<Question> questions;
        for (std::size_t i = from; i < from + count; ++i)
            questions.push_back({"queryTrace(traceId: @0) {spans {...S}}", {{"ID!", ids_[i]}}});
        Form form;
        form.at_once = kAtOnce;
        form.fragments = fmt::format("fragment S on Span {{{}}}", kSpanFields);
        const Replies replies = ask_all(api_, form, questions, deadline_);
        keep_error(replies);
        for (const auto& value : replies.values)
            if (value) keep(base::array_at(*value, "spans"));
        left_out_ += replies.refused;
        return !replies.over;
    }

    void keep(const Json& spans) {
        const std::size_t room = order_.limits.spans - std::min(order_.limits.spans, spans_.size());
        auto some = spans_of(spans, names_, order_.scope, room);
        if (!some.empty()) ++traces_;
        spans_.insert(spans_.end(), std::make_move_iterator(some.begin()),
                      std::make_move_iterator(some.end()));
    }

    void keep_error(const Replies& replies) {
        if (replies.error && !error_) error_ = replies.error;
    }

    void say(const std::string& source, std::vector<model::CoverageRow>& coverage) const {
        Coverage row(source, joined(covered_));
        const std::string query = whole_ ? "queryTraces" : "queryBasicTraces, queryTrace";
        std::string note = fmt::format("{} traces", traces_);
        if (sampled_)
            note += fmt::format(
                " of about {:.0f}: all that began in short parts of baseline and window, the "
                "slowest and the failed of both beside them (raise maxTraces for more)",
                std::max(total_, static_cast<double>(traces_)));
        if (left_out_ > 0) note += fmt::format("; {} were not read", left_out_);
        if (error_) note += "; " + error_->text();
        if (error_ && spans_.empty())
            row.failed(query, *error_);
        else if (sampled_ || left_out_ > 0 || error_)
            row.truncated(query, spans_.size(), note);
        else
            row.answered(query, spans_.size(), note);
        for (model::CoverageRow& one : row.take()) coverage.push_back(std::move(one));
    }

    Api& api_;
    const Features& features_;
    const Names& names_;
    const TraceOrder& order_;
    base::Deadline deadline_;
    bool whole_ = false;  // lists come with all spans
    bool sampled_ = false;
    double total_ = 0;  // traces there are, about
    std::size_t traces_ = 0;
    std::size_t left_out_ = 0;
    std::vector<std::size_t> slice_of_;  // the interval of each slice
    std::vector<std::string> ids_;       // to fetch, in order
    std::set<std::string> seen_;
    std::vector<Interval> covered_;
    std::vector<model::Span> spans_;
    std::optional<base::Error> error_;
};

}  // namespace

std::vector<model::Span> read_traces(Api& api, const Features& features, const Names& names,
                                     const TraceOrder& order, const std::string& source,
                                     base::Deadline deadline,
                                     std::vector<model::CoverageRow>& coverage) {
    return TraceReader(api, features, names, order, deadline).run(source, coverage);
}

}  // namespace insight::collectors::skywalking
