#include "collectors/prometheus/estate.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "collectors/prometheus/expression.h"
#include "collectors/prometheus/naming.h"

namespace insight::collectors::prometheus {
namespace {

// Most specific first: the nearer a series is to the alert, the earlier it is read.
constexpr std::array<std::string_view, 12> kFocus{
    "instance",    "pod",         "container", "service", "app",          "deployment",
    "statefulset", "application", "node",      "job",     "exported_job", "namespace"};

constexpr std::size_t kMostNames = 100;
constexpr std::size_t kLongestSelector = 6000;
constexpr std::size_t kMostFocusAlerts = 20;

}  // namespace

Focus focus_of(const std::vector<model::Alert>& alerts) {
    Focus out;
    for (const std::string_view key : kFocus)
        for (std::size_t i = 0; i < std::min(alerts.size(), kMostFocusAlerts); ++i) {
            const auto label = alerts[i].labels.find(std::string(key));
            if (label == alerts[i].labels.end() || label->second.empty()) continue;
            std::pair<std::string, std::string> one(key, label->second);
            if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
        }
    return out;
}

void Estate::add(const base::Json& series, const Focus& focus) {
    if (!series.is_array()) return;
    for (const base::Json& labels : series) {
        One one{base::text_at(labels, "__name__"), base::text_at(labels, "job"),
                base::text_at(labels, "instance")};
        if (one.name.empty() || !seen_.insert(base::dump_json(labels)).second) continue;
        for (std::size_t i = 0; i < focus.size() && one.nearness == 99; ++i)
            if (base::text_at(labels, focus[i].first) == focus[i].second)
                one.nearness = static_cast<int>(i);
        // Every set of buckets has exactly one such: counting them counts the sets.
        one.last_bucket = base::text_at(labels, "le") == "+Inf";
        if (marks_exporter(one.name)) exporters_.emplace(one.job, one.instance);
        series_.push_back(std::move(one));
    }
}

bool Estate::exporter(const std::string& job, const std::string& instance) const {
    return exporters_.contains({job, instance});
}

Plan Estate::plan(std::size_t most, std::size_t batch) const {
    std::map<std::string, Metric> metrics;
    for (const One& one : series_) {
        if (is_noise(one.name, exporter(one.job, one.instance))) continue;
        Metric& metric = metrics[one.name];
        metric.name = one.name;
        ++metric.series;
        metric.related += one.nearness < 99 ? 1U : 0U;
        metric.nearness = std::min(metric.nearness, one.nearness);
        metric.histogram = one.name.ends_with("_bucket");
        metric.sets += one.last_bucket ? 1U : 0U;
    }
    std::vector<Metric> order;
    order.reserve(metrics.size());
    for (auto& [name, metric] : metrics) order.push_back(std::move(metric));
    // what is related comes first whatever it is, then what tells most; few series before many,
    // so that a small budget still sees a bit of everything
    const auto key = [](const Metric& one) {
        return std::tuple(one.nearness == 99, rank(one.name), one.nearness, one.series, one.name);
    };
    std::sort(order.begin(), order.end(),
              [&](const Metric& a, const Metric& b) { return key(a) < key(b); });

    // How slow a service is tells more than most raw series, and is read after them: without its
    // own room a full estate would leave none.
    std::size_t room = 0;
    std::size_t buckets = 0;
    std::size_t histograms = 0;
    for (const Metric& metric : order)
        if (metric.histogram && histograms < kMostHistograms &&
            buckets + metric.series <= kMostBuckets) {
            ++histograms;
            buckets += metric.series;
            room += 2 * metric.sets;
        }
    most -= std::min(room, most / 4);

    Plan out;
    std::size_t length = 0;
    for (Metric& metric : order) {
        if (metric.histogram) {
            out.histograms.push_back(std::move(metric));
            continue;
        }
        if (out.planned + metric.series > most) {
            out.left_out += metric.series;
            continue;
        }
        out.planned += metric.series;
        const bool full = out.batches.empty() || out.batches.back().names.size() >= kMostNames ||
                          out.batches.back().series + metric.series > batch ||
                          length + metric.name.size() > kLongestSelector;
        if (full) {
            out.batches.emplace_back();
            length = 0;
        }
        length += metric.name.size() + 1;
        out.batches.back().series += metric.series;
        out.batches.back().names.push_back(std::move(metric.name));
    }
    return out;
}

std::string selector(const std::vector<std::string>& names, const std::string& matcher) {
    std::string all;
    for (const std::string& name : names) {
        if (!all.empty()) all += '|';
        for (const char c : name) {
            // names of version 3 may hold anything; RE2 takes an escaped mark literally
            const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
                               c == ':' || (static_cast<unsigned char>(c) & 0x80U) != 0;
            if (!plain) all += '\\';
            all += c;
        }
    }
    return "{__name__=~" + promql_string(all) + (matcher.empty() ? "" : "," + matcher) + "}";
}

}  // namespace insight::collectors::prometheus
