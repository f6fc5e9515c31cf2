#include "collectors/prometheus/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collectors/prometheus/changes.h"
#include "collectors/prometheus/expression.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::ErrorKind;
using base::Json;
using model::Outcome;

constexpr std::int64_t kPoints = 1000;             // of a series, about
constexpr std::int64_t kPointsOfAnswer = 150'000;  // keeps an answer at a few MiB
constexpr std::int64_t kSmallEstate = 20'000;      // series; a larger one is not read whole
constexpr std::size_t kMostFocus = 6;
constexpr std::size_t kMostExpressions = 4;
constexpr std::size_t kMostSelectors = 8;
constexpr std::size_t kMostHistograms = 8;
constexpr std::size_t kMostBuckets = 3000;
constexpr std::chrono::milliseconds kLeastTime{150};

// Labels that all alerts agree on, so that they may be written on whatever the rule gives.
model::Labels common_labels(const std::vector<const model::Alert*>& alerts) {
    model::Labels out = alerts.front()->labels;
    for (const auto* alert : alerts)
        std::erase_if(out, [&](const auto& one) {
            const auto it = alert->labels.find(one.first);
            return it == alert->labels.end() || it->second != one.second;
        });
    return out;
}

bool ends_all(ErrorKind kind) {
    return kind == ErrorKind::Unavailable || kind == ErrorKind::Timeout ||
           kind == ErrorKind::Corrupt || kind == ErrorKind::Denied || kind == ErrorKind::Internal;
}

std::string warned(const Answer& answer, std::string note = {}) {
    for (const std::string& warning : answer.warnings) {
        if (!note.empty()) note += "; ";
        note += "the answer may be partial: " + warning;
    }
    return note;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool says(const std::string& question, const std::string& word) {
    const auto part = [&](std::size_t at) {
        return at < question.size() && std::isalnum(static_cast<unsigned char>(question[at])) != 0;
    };
    for (std::size_t at = question.find(word); at != std::string::npos;
         at = question.find(word, at + 1))
        if ((at == 0 || !part(at - 1)) && !part(at + word.size())) return true;
    return false;
}

std::string matcher_of(const std::pair<std::string, std::string>& pair, std::string_view sign) {
    return fmt::format("{}{}{}", pair.first, sign, promql_string(pair.second));
}

}  // namespace

Collection::Collection(std::string instance, Api& api, const Request& request, Limits limits,
                       model::Labels scope, Coverage& coverage)
    : instance_(std::move(instance)),
      api_(api),
      request_(request),
      limits_(limits),
      coverage_(coverage),
      intervals_(intervals_of(request.window)),
      focus_(focus_of(request.incident.alerts)),
      matrix_(std::move(scope)) {}

bool Collection::out_of_time() const {
    return request_.deadline.remaining() < kLeastTime;
}

bool Collection::exporter(const std::string& job, const std::string& instance) const {
    return std::any_of(estates_.begin(), estates_.end(),
                       [&](const Estate& one) { return one.exporter(job, instance); });
}

bool Collection::choose_step() {
    const auto answer = api_.get("targets", {{"state", "active"}}, request_.deadline);
    std::map<std::int64_t, int> intervals;
    if (answer) {
        const Json& targets = base::array_at(answer->data, "activeTargets");
        std::string down;
        int down_count = 0;
        for (const Json& target : targets) {
            const auto length = base::parse_duration(base::text_at(target, "scrapeInterval"));
            if (length) ++intervals[std::max<std::int64_t>(*length / base::kSecond, 1)];
            if (base::text_at(target, "health") != "down") continue;
            if (++down_count <= 3)
                down += fmt::format(" {} ({});", base::text_at(target, "scrapeUrl"),
                                    base::text_at(target, "lastError"));
        }
        coverage_.answered("targets", targets.size(),
                           down_count == 0 ? std::string()
                                           : fmt::format("{} of {} targets cannot be scraped:{}",
                                                         down_count, targets.size(), down));
    } else {
        coverage_.failed("targets", answer.error());
        if (ends_all(answer.error().kind)) return false;
    }
    int most = 0;
    for (const auto& [seconds, count] : intervals)
        if (count >= most) {
            most = count;
            scrape_s_ = seconds;
        }
    const std::int64_t range =
        (intervals_.back().end - intervals_.front().start) / base::kSecond + 1;
    const std::int64_t least = (limits_.step + base::kSecond - 1) / base::kSecond;
    step_s_ = std::max({scrape_s_, (range + kPoints - 1) / kPoints, least, std::int64_t{1}});
    return true;
}

void Collection::read_metadata() {
    const auto answer = api_.get("metadata", {}, request_.deadline);
    if (!answer) {
        coverage_.failed("metadata", answer.error());
        return;
    }
    dictionary_ = Dictionary(answer->data);
    coverage_.answered("metadata", dictionary_.size());
}

// Without an alert, the service asked for, else the names in the question, say what it is about.
void Collection::question_focus() {
    if (focus_.empty() && !request_.incident.service.empty())
        for (const char* label : {"service", "app", "job"})
            focus_.emplace_back(label, request_.incident.service);
    if (!focus_.empty() || request_.incident.question.empty()) return;
    const std::string question = lower(request_.incident.question);
    for (const char* label : {"service", "job", "namespace"}) {
        const std::string path = fmt::format("label/{}/values", label);
        const auto answer = api_.get(path, {}, request_.deadline);
        if (!answer) {
            coverage_.failed(path, answer.error());
            continue;
        }
        for (const Json& value : answer->data)
            if (value.is_string() && value.get_ref<const std::string&>().size() >= 2 &&
                says(question, lower(value.get_ref<const std::string&>())))
                focus_.emplace_back(label, value.get<std::string>());
        coverage_.answered(path, answer->data.size());
    }
}

std::optional<std::size_t> Collection::fetch(const std::string& query,
                                             const Matrix::Reading& reading, std::string note) {
    std::size_t most = 0;
    std::string words = std::move(note);
    for (const model::Interval& interval : intervals_) {
        // aligned, so that the same question is answered from the server's cache
        const std::int64_t start = interval.start / base::kSecond / step_s_ * step_s_;
        const std::int64_t end = std::max(start, interval.end / base::kSecond / step_s_ * step_s_);
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
        most = std::max(most, matrix_.add(answer->data, reading, limits_.series));
        words = warned(*answer, std::move(words));
    }
    coverage_.answered(query, most, std::move(words));
    return most;
}

// From where the alert came, else from the rule of its name.
std::string Collection::expression_of(const model::Alert& alert) {
    std::string expression = generator_expression(alert.generator_url);
    if (!expression.empty()) return expression;
    const auto name = alert.labels.find("alertname");
    if (name == alert.labels.end()) return {};
    if (rules_.is_null()) {
        const auto answer = api_.get("rules", {{"type", "alert"}}, request_.deadline);
        rules_ = Json::object();
        if (answer) {
            rules_ = answer->data;
            coverage_.answered("rules", base::array_at(rules_, "groups").size());
        } else {
            coverage_.failed("rules", answer.error());
        }
    }
    for (const Json& group : base::array_at(rules_, "groups"))
        for (const Json& rule : base::array_at(group, "rules"))
            if (base::text_at(rule, "name") == name->second) return base::text_at(rule, "query");
    return {};
}

void Collection::read_alert_quantities() {
    std::map<std::string, std::vector<const model::Alert*>> alerts;
    for (const auto& alert : request_.incident.alerts)
        if (alerts.size() < kMostExpressions)
            if (const std::string expression = expression_of(alert); !expression.empty())
                alerts[expression].push_back(&alert);
    if (alerts.empty() && !request_.incident.alerts.empty())
        coverage_.skipped("the alert's expression", Outcome::Empty,
                          "the alert carries no expression and no rule here has its name: its own "
                          "quantity was not read");
    std::vector<std::string> raw;
    for (const auto& [expression, group] : alerts) {
        const model::Labels labels = common_labels(group);
        for (const Quantity& quantity : quantities(expression)) {
            if (out_of_time()) return;
            Matrix::Reading reading{base::shorten(base::one_line(quantity.expression), 300), labels,
                                    nullptr, dictionary_.describe(quantity.expression).unit};
            if (!quantity.limit.empty()) reading.labels["alert_limit"] = quantity.limit;
            fetch(quantity.expression, reading,
                  quantity.limit.empty() ? "what the alert is about"
                                         : "the alert fires while this is " + quantity.limit);
        }
        for (std::string& one : selectors(expression)) raw.push_back(std::move(one));
    }
    for (std::size_t i = 0; i < std::min(raw.size(), kMostSelectors) && !out_of_time(); ++i) {
        const std::string name = raw[i].substr(0, raw[i].find('{'));
        if (name.ends_with("_bucket")) continue;  // read as quantiles
        mentioned_.insert(name);
        fetch(raw[i], {"", {}, &dictionary_, ""}, "a metric of the alert");
    }
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
    const std::int64_t window = std::max(4 * scrape_s_, step_s_);
    for (const Metric& metric : plan.histograms) {
        const std::string family = metric.name.substr(0, metric.name.size() - 7);
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
    for (std::size_t i = 0; i < position; ++i) matcher += "," + matcher_of(focus_[i], "!=");
    const Json data = discover("{" + matcher + "}");
    if (data.is_null()) return;
    Estate& estate = estates_.emplace_back();
    estate.add(data, focus_);
    const std::int64_t points = kPointsOfAnswer / kPoints;
    const Plan plan = estate.plan(series_limit, static_cast<std::size_t>(points));
    read_plan(plan, matcher);
    read_quantiles(plan, matcher);
}

void Collection::read_estate() {
    std::int64_t head = -1;
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
                std::clamp<std::int64_t>(kPointsOfAnswer / (range / step_s_ + 1), 20, 500);
            const Plan plan = estate.plan(limits_.series, static_cast<std::size_t>(batch));
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

model::Signals Collection::run() {
    model::Signals out;
    if (!choose_step()) return out;
    question_focus();
    read_metadata();
    read_alert_quantities();
    read_estate();
    out.metrics = matrix_.take();
    const auto from_exporter = [&](const std::string& job, const std::string& target) {
        return exporter(job, target);
    };
    out.changes = changes(instance_, out.metrics, request_.window.baseline_start, from_exporter);
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
