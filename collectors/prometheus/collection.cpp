#include "collectors/prometheus/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collectors/prometheus/changes.h"
#include "collectors/prometheus/expression.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::Json;
using model::Outcome;

constexpr std::int64_t kPointsOfAnswer = 150'000;  // keeps an answer at a few MiB
constexpr std::int64_t kSmallEstate = 20'000;      // series; a larger one is not read whole
constexpr std::size_t kMostFocus = 6;
constexpr std::chrono::milliseconds kLeastTime{150};

Matrix::Added larger(const Matrix::Added& a, const Matrix::Added& b) {
    return {std::max(a.kept, b.kept), std::max(a.left_out, b.left_out)};
}

std::string warned(const Answer& answer, std::string note = {}) {
    for (const std::string& warning : answer.warnings) {
        if (!note.empty()) note += "; ";
        note += "the answer may be partial: " + warning;
    }
    return note;
}

model::Labels labels_of(const model::Scope& scope) {
    model::Labels out;
    if (!scope.cluster.empty()) out["cluster"] = scope.cluster;
    if (!scope.space.empty()) out["namespace"] = scope.space;
    return out;
}

std::string matcher_of(const std::pair<std::string, std::string>& pair, std::string_view sign) {
    return fmt::format("{}{}{}", pair.first, sign, promql_string(pair.second));
}

}  // namespace

Collection::Collection(RowMaker make, Api& api, const Request& request, Limits limits,
                       base::Nanos now, Coverage& coverage)
    : make_(std::move(make)),
      now_(now),
      api_(api),
      request_(request),
      limits_(limits),
      coverage_(coverage),
      intervals_(intervals_of(request.window)),
      focus_(focus_of(request.incident.alerts)),
      matrix_(labels_of(make_.scope)),
      told_(labels_of(make_.scope)) {}

bool Collection::out_of_time() const {
    return request_.deadline.remaining() < kLeastTime;
}

bool Collection::exporter(const std::string& job, const std::string& instance) const {
    return std::any_of(estates_.begin(), estates_.end(),
                       [&](const Estate& one) { return one.exporter(job, instance); });
}

std::optional<std::size_t> Collection::fetch(const std::string& query,
                                             const Matrix::Reading& reading, std::string note) {
    return fetch(query, std::vector{reading}, std::move(note), matrix_, limits_.series);
}

std::optional<std::size_t> Collection::fetch(const std::string& query,
                                             const std::vector<Matrix::Reading>& readings,
                                             std::string note, Matrix& into,
                                             std::size_t most_series) {
    Matrix::Added most;
    std::string words = std::move(note);
    for (const model::Interval& interval : intervals_) {
        // The last point lies at the end: the newest seconds tell most.
        const std::int64_t end = interval.end / base::kSecond;
        const std::int64_t length = std::max<std::int64_t>(end - interval.start / base::kSecond, 0);
        const std::int64_t start = end - length / step_s_ * step_s_;
        const auto answer = api_.post("query_range",
                                      {{"query", query},
                                       {"start", std::to_string(start)},
                                       {"end", std::to_string(end)},
                                       {"step", std::to_string(step_s_)}},
                                      request_.deadline, 32U << 20);
        if (!answer) {
            coverage_.failed(query, answer.error());
            return std::nullopt;
        }
        for (const Matrix::Reading& reading : readings)
            most = larger(most, into.add(answer->data, reading, most_series));
        words = warned(*answer, words);
    }
    if (most.left_out > 0)
        coverage_.truncated(
            query, most.kept,
            (words.empty() ? "" : words + "; ") + left_out_words(most.left_out, &into == &matrix_));
    else
        coverage_.answered(query, most.kept, words);
    return most.kept;
}

Json Collection::discover(const std::string& selector) {
    const auto answer =
        api_.post("series",
                  {{"match[]", selector},
                   {"start", std::to_string(intervals_.front().start / base::kSecond)},
                   {"end", std::to_string(intervals_.back().end / base::kSecond)},
                   {"limit", std::to_string(kSmallEstate)}},  // older servers ignore it
                  request_.deadline);
    if (!answer) {
        coverage_.failed("series " + selector, answer.error());
        return nullptr;
    }
    coverage_.answered("series " + selector, answer->data.size(), warned(*answer));
    return answer->data;
}

bool Collection::read_plan(const Plan& plan, const std::string& matcher) {
    std::size_t unread = 0;
    for (const Batch& batch : plan.batches) {
        if (out_of_time()) {
            unread += batch.series;
            continue;
        }
        fetch(selector(batch.names, matcher), {"", {}, &dictionary_, ""});
    }
    if (unread > 0)
        coverage_.skipped("query_range", Outcome::TimedOut,
                          fmt::format("{} series were not read for want of time: raise "
                                      "pipeline.collectTimeout",
                                      unread));
    if (plan.left_out > 0)
        coverage_.skipped("query_range", Outcome::Truncated,
                          fmt::format("{} series beyond maxSeries ({}) were not read: raise it if "
                                      "they matter",
                                      plan.left_out, limits_.series));
    return unread == 0;
}

void Collection::read_quantiles(const Plan& plan, const std::string& matcher) {
    std::size_t buckets = 0;
    std::size_t names = 0;
    std::size_t left_out = 0;
    // rate() needs two points in its range: four scrapes bear a missed one, and a range shorter
    // than the step would pass over part of the time.
    const std::int64_t window = std::max(4 * scrape_s_, step_s_);
    for (const Metric& metric : plan.histograms) {
        // without "_bucket"
        const std::string family = metric.name.substr(0, metric.name.size() - 7);
        // A quantile is computed by the server from every bucket at every step: the dearest
        // question here.
        if (names >= kMostHistograms || buckets + metric.series > kMostBuckets || out_of_time()) {
            ++left_out;
            continue;
        }
        ++names;
        buckets += metric.series;
        for (const char* quantile : {"0.5", "0.95"}) {
            const std::string query = fmt::format("histogram_quantile({}, rate({}[{}s]))", quantile,
                                                  selector({metric.name}, matcher), window);
            fetch(query, {family,
                          {{"quantile", quantile}},
                          nullptr,
                          dictionary_.describe(metric.name).unit});
        }
    }
    if (left_out > 0)
        coverage_.skipped("histogram_quantile", Outcome::Truncated,
                          fmt::format("{} histograms were too large or too many: their counts and "
                                      "sums were read, their quantiles not",
                                      left_out));
}

// Series that carry the focus's label at `position`, without those of the positions before.
void Collection::read_near(std::size_t position, std::size_t series_limit) {
    std::string matcher = matcher_of(focus_[position], "=");
    // What an earlier label has brought is not paid for twice.
    for (std::size_t i = 0; i < position; ++i) matcher += "," + matcher_of(focus_[i], "!=");
    const Json data = discover("{" + matcher + "}");
    if (data.is_null()) return;
    Estate& estate = estates_.emplace_back();
    estate.add(data, focus_);
    const Plan plan =
        estate.plan(series_limit, static_cast<std::size_t>(kPointsOfAnswer / kPoints));
    read_plan(plan, matcher);
    read_quantiles(plan, matcher);
}

std::string Collection::left_out_words(std::size_t count, bool all) const {
    return all ? fmt::format("{} series were not kept, maxSeries ({}) were there already: raise it",
                             count, limits_.series)
               : fmt::format("{} series more than are kept of one metric", count);
}

void Collection::read_estate() {
    std::int64_t head = -1;
    // What stands before several servers may not offer it: the size is then taken for large.
    const auto status = api_.get("status/tsdb", {{"limit", "1"}}, request_.deadline);
    if (status) {
        head = base::integer_at(base::object_at(status->data, "headStats"), "numSeries", -1);
        coverage_.answered("status/tsdb", 1, head < 0 ? "" : fmt::format("{} series", head));
    } else {
        coverage_.failed("status/tsdb", status.error());
    }
    if (head >= 0 && head <= kSmallEstate) {
        const Json data = discover("{__name__!=\"\"}");
        if (!data.is_null()) {
            Estate& estate = estates_.emplace_back();
            estate.add(data, focus_);
            const std::int64_t range =
                (intervals_.back().end - intervals_.front().start) / base::kSecond;
            const std::int64_t batch =
                // Names in one request: an answer's size is series times points.
                std::clamp<std::int64_t>(kPointsOfAnswer / (range / step_s_ + 1), 20, 500);
            const Plan plan = estate.plan(limits_.series - std::min(limits_.series, matrix_.size()),
                                          static_cast<std::size_t>(batch));
            read_plan(plan, "");
            read_quantiles(plan, "");
            return;
        }
    }
    for (std::size_t i = 0; i < std::min(focus_.size(), kMostFocus); ++i) {
        if (out_of_time() || matrix_.size() >= limits_.series) break;
        read_near(i, limits_.series - matrix_.size());
    }
    coverage_.skipped("the other targets", Outcome::Truncated,
                      head < 0 ? "how many series there are is not known, so only those near to "
                                 "the question were read"
                               : fmt::format("{} series are too many to read whole: only those "
                                             "near to the question were read",
                                             head));
}

namespace {

// Both lists, without what the second has in common with the first.
std::vector<model::Series> all_of(const std::vector<model::Series>& read,
                                  std::vector<model::Series> told) {
    std::set<std::pair<std::string, model::Labels>> known;
    for (const model::Series& one : read) known.emplace(one.name, one.labels);
    std::vector<model::Series> out = read;
    for (model::Series& one : told)
        if (!known.contains({one.name, one.labels})) out.push_back(std::move(one));
    return out;
}

}  // namespace

model::Signals Collection::run() {
    model::Signals out;
    if (!choose_step()) return out;
    // The alert's own quantity and what changed come before the estate, which takes whatever is
    // left of series and time.
    question_focus();
    read_metadata();
    read_standing();
    read_alert_quantities();
    read_changes();
    read_estate();
    read_exemplars();
    out.metrics = matrix_.take();
    out.databases = std::move(rows_);
    const auto from_exporter = [&](const std::string& job, const std::string& target) {
        return exporter(job, target);
    };
    // Without a baseline the window's own start: before it every start is old news.
    const base::Nanos from = intervals_.front().start;
    out.changes = changes(make_.instance, all_of(out.metrics, told_.take()), from, from_exporter);
    // a name read for one target brought the noise of others with it
    std::erase_if(out.metrics, [&](const model::Series& one) {
        const auto text = [&](const char* key) {
            const auto it = one.labels.find(key);
            return it == one.labels.end() ? std::string() : it->second;
        };
        return !mentioned_.contains(one.name) && !one.labels.contains("alertname") &&
               is_noise(one.name, exporter(text("job"), text("instance")));
    });
    return out;
}

}  // namespace insight::collectors::prometheus
