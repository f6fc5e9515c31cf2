#include "analysis/metrics/metric_clues.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/unit/metrics/healthy_series.h"

namespace insight::analysis::metrics {
namespace {

using namespace test;

constexpr Nanos kOnset = kStart + 2 * kMinute;

model::Series noisy(const std::string& name, double usual, double now, const std::string& unit,
                    model::Labels labels, std::uint64_t seed = 1) {
    Dice dice(seed);
    model::Series out = series(
        name,
        [&](Nanos t) {
            return t >= kOnset ? now + 0.02 * now * dice.normal()
                               : usual + 0.02 * usual * dice.normal();
        },
        std::move(labels));
    out.unit = unit;
    return out;
}

Detection clues_of(std::vector<model::Series> metrics, model::Incident about = incident("shop")) {
    model::Signals signals;
    signals.metrics = std::move(metrics);
    Detection detection(about.scope);
    find_metric_clues(signals, about, Topology(), detection);
    return detection;
}

const Finding* about(const Detection& detection, const std::string& entity) {
    for (const Finding& finding : detection.findings)
        if (finding.clue.entity.name == entity) return &finding;
    return nullptr;
}

// A person who pastes the query into Prometheus sees what the report shows.
TEST(MetricClues, what_was_made_of_a_histogram_has_the_query_that_makes_it) {
    const auto counter = [](const std::string& part, const char* bound, double usual, double now) {
        double sum = 0;
        model::Series out =
            series("http_request_duration_seconds" + part,
                   [&](Nanos t) { return sum += std::floor(t >= kOnset ? now : usual); },
                   {{"service", "shop"}});
        if (*bound != '\0') out.labels["le"] = bound;
        out.type = model::SeriesType::Counter;
        return out;
    };
    const Detection detection =
        clues_of({counter("_bucket", "0.1", 100, 5), counter("_bucket", "1", 100, 10),
                  counter("_bucket", "+Inf", 100, 100), counter("_sum", "", 5, 300),
                  counter("_count", "", 100, 100)});
    std::set<std::string> queries;
    for (const model::Evidence& evidence : detection.evidence.all()) queries.insert(evidence.query);
    EXPECT_THAT(
        queries,
        testing::AnyOf(
            testing::Contains("histogram_quantile(0.95, rate("
                              "http_request_duration_seconds_bucket{service=\"shop\"}[5m]))"),
            testing::Contains("histogram_quantile(0.5, rate("
                              "http_request_duration_seconds_bucket{service=\"shop\"}[5m]))"),
            testing::Contains("rate(http_request_duration_seconds_sum{service=\"shop\"}[5m]) "
                              "/ rate(http_request_duration_seconds_count{service=\"shop\"}[5m])")))
        << testing::PrintToString(queries);
}

TEST(MetricClues, five_thousand_quiet_series_give_hardly_a_finding) {
    std::vector<model::Series> metrics;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        model::Series quiet = healthy(kKinds[i % 4], i, 120, 20);
        quiet.name = i % 2 == 0 ? "http.server.request.duration" : "process.cpu.usage";
        quiet.labels = {{"service.name", "service-" + std::to_string(i)}};
        metrics.push_back(std::move(quiet));
    }
    const Detection detection = clues_of(std::move(metrics));
    EXPECT_EQ(detection.examined.at("metrics"), 5000U);
    std::size_t loud = 0;
    for (const Finding& finding : detection.findings) loud += finding.surprise >= 1 ? 1 : 0;
    EXPECT_LE(loud, 5U);
}

TEST(MetricClues, a_fault_among_many_stands_out_with_how_far_it_moved) {
    std::vector<model::Series> metrics;
    for (std::uint64_t i = 0; i < 200; ++i)
        metrics.push_back(noisy("http.server.request.duration", 0.1, 0.1, "s",
                                {{"service.name", "service-" + std::to_string(i)}}, i));
    metrics.push_back(
        noisy("http.server.request.duration", 0.1, 0.8, "s", {{"service.name", "slow"}}));
    const Detection detection = clues_of(std::move(metrics));
    ASSERT_EQ(detection.findings.size(), 1U);
    const Finding& finding = detection.findings.front();
    EXPECT_EQ(finding.clue.entity.name, "slow");
    EXPECT_EQ(finding.aspect, Aspect::Latency);
    EXPECT_EQ(finding.view, View::Served);
    EXPECT_GT(finding.surprise, 5);
    EXPECT_NEAR(finding.magnitude, std::log(8), 0.1);
    EXPECT_EQ(finding.clue.onset, kOnset);
    EXPECT_TRUE(finding.clue.current);
    EXPECT_THAT(finding.clue.statement, testing::HasSubstr("rose to"));
}

TEST(MetricClues, what_a_client_sees_points_at_the_callee) {
    const Detection detection =
        clues_of({noisy("rpc.client.duration", 0.1, 0.9, "s",
                        {{"service.name", "shop"}, {"peer.service", "stock"}})});
    ASSERT_EQ(detection.findings.size(), 1U);
    EXPECT_EQ(detection.findings[0].view, View::Seen);
    ASSERT_TRUE(detection.findings[0].counterpart);
    EXPECT_EQ(detection.findings[0].counterpart->name, "stock");
}

TEST(MetricClues, a_resource_is_the_pods_own) {
    const Detection detection =
        clues_of({noisy("k8s.pod.cpu.utilization", 0.1, 0.97, "1",
                        {{"service.name", "stock"}, {"k8s.pod.name", "stock-7d9"}}),
                  noisy("k8s.pod.cpu.usage", 0.05, 0.48, "{cpu}",
                        {{"service.name", "stock"}, {"k8s.pod.name", "stock-7d9"}})});
    const Finding* finding = about(detection, "stock");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->view, View::Own);
    EXPECT_EQ(finding->pod, "stock-7d9");
    EXPECT_EQ(finding->aspect, Aspect::Saturation);
    for (const Finding& other : detection.findings)  // the share says it all
        EXPECT_THAT(other.clue.statement, testing::Not(testing::HasSubstr("cpu.usage")));
}

TEST(MetricClues, a_machine_is_a_node) {
    const Detection detection = clues_of(
        {noisy("k8s.node.memory.utilization", 0.4, 0.95, "1", {{"k8s.node.name", "worker-3"}})});
    const Finding* finding = about(detection, "worker-3");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->clue.entity.kind, "node");
}

TEST(MetricClues, little_of_a_resource_matters_only_near_its_limit) {
    const auto share = [](double usual, double now) {
        return clues_of(
            {noisy("k8s.pod.memory.utilization", usual, now, "1", {{"service.name", "stock"}})});
    };
    EXPECT_TRUE(share(0.010, 0.030).findings.empty());
    const Detection full = share(0.88, 0.985);
    ASSERT_FALSE(full.findings.empty());
    EXPECT_TRUE(std::any_of(full.findings.begin(), full.findings.end(), [](const Finding& f) {
        return f.clue.kind == "saturation" && f.harm >= 0.6;
    }));
}

TEST(MetricClues, percent_are_no_shares_whether_unit_name_or_value_says_so) {
    const auto told = [](const char* name, double usual, double now, const char* unit) {
        for (const Finding& one :
             clues_of({noisy(name, usual, now, unit, {{"service.name", "stock"}})}).findings)
            if (one.clue.kind == "saturation") return one.clue.statement;
        return std::string("none");
    };
    EXPECT_THAT(told("disk_used_percent", 60, 97, ""), testing::HasSubstr("is 96.9 % full"));
    EXPECT_THAT(told("pool_utilization", 60, 97, ""), testing::HasSubstr("is 96.9 % full"));
    EXPECT_EQ(told("disk_used_percent", 0.4, 1.6, ""), "none");
    EXPECT_THAT(told("pool_utilization", 0.6, 0.97, ""), testing::HasSubstr("is 96.9 % full"));
}

TEST(MetricClues, usage_is_compared_with_the_limit_of_the_same_pod) {
    const model::Labels labels{{"service", "stock"}, {"pod", "stock-1"}};
    const Detection detection =
        clues_of({noisy("container_memory_usage_bytes", 5e8, 9.8e8, "By", labels),
                  series(
                      "container_memory_limit_bytes", [](Nanos) { return 1e9; }, labels)});
    const auto full = std::find_if(detection.findings.begin(), detection.findings.end(),
                                   [](const Finding& f) { return f.clue.kind == "saturation"; });
    ASSERT_NE(full, detection.findings.end());
    EXPECT_THAT(full->clue.statement, testing::HasSubstr("(usual: 50."));
    EXPECT_THAT(full->clue.statement, testing::HasSubstr("% full"));
}

TEST(MetricClues, a_drop_of_availability_counts_however_small_and_its_rise_does_not_hurt) {
    const Detection drop =
        clues_of({series("request.availability", [](Nanos t) { return t >= kOnset ? 0.96 : 1.0; },
                         {{"service.name", "shop"}})});
    ASSERT_EQ(drop.findings.size(), 1U);
    EXPECT_GE(drop.findings[0].harm, 0.9);
    EXPECT_GT(drop.findings[0].magnitude, 1);  // failures went from none to four in a hundred
    const Detection rise =
        clues_of({series("request.availability", [](Nanos t) { return t >= kOnset ? 1.0 : 0.8; },
                         {{"service.name", "shop"}})});
    for (const Finding& finding : rise.findings) EXPECT_EQ(finding.harm, 0);
}

TEST(MetricClues, unknown_names_are_told_but_weigh_little) {
    const Detection detection =
        clues_of({noisy("frobnications", 10, 90, "", {{"service.name", "shop"}})});
    ASSERT_EQ(detection.findings.size(), 1U);
    EXPECT_EQ(detection.findings[0].aspect, Aspect::Other);
    EXPECT_LT(detection.findings[0].harm, 0.1);
    EXPECT_GT(detection.findings[0].surprise, 3);
}

TEST(MetricClues, one_of_many_clocks_that_falls_silent_is_found) {
    std::vector<model::Series> metrics;
    for (std::uint64_t i = 0; i < 40; ++i)
        metrics.push_back(noisy("queue.length", 10, 10, "",
                                {{"service.name", "service-" + std::to_string(i)}}, i));
    std::erase_if(metrics[7].points, [](const model::Point& p) { return p.time > kOnset; });
    const Detection detection = clues_of(std::move(metrics));
    const Finding* silent = about(detection, "service-7");
    ASSERT_NE(silent, nullptr);
    EXPECT_EQ(silent->clue.kind, "metric_silent");
    EXPECT_EQ(silent->aspect, Aspect::Availability);
    // … but the end of all collection is no silence.
    std::vector<model::Series> ended;
    for (std::uint64_t i = 0; i < 40; ++i) {
        ended.push_back(noisy("queue.length", 10, 10, "",
                              {{"service.name", "service-" + std::to_string(i)}}, i));
        std::erase_if(ended.back().points, [](const model::Point& p) { return p.time > kOnset; });
    }
    EXPECT_TRUE(clues_of(std::move(ended)).findings.empty());
}

TEST(MetricClues, the_alerts_own_quantity_is_recognised_by_its_labels) {
    model::Incident about = incident("shop");
    about.alerts[0].labels = {{"alertname", "Slow"},
                              {"service.name", "shop"},
                              {"metric", "request.duration"},
                              {"statistic", "avg"}};
    const model::Labels labels{{"service.name", "shop"}, {"statistic", "avg"}};
    const Detection moved = clues_of({noisy("request.duration", 0.1, 0.4, "s", labels)}, about);
    EXPECT_EQ(moved.alert_quantity_moved, true);
    const Detection quiet = clues_of({noisy("request.duration", 0.1, 0.1, "s", labels)}, about);
    EXPECT_EQ(quiet.alert_quantity_moved, false);
    EXPECT_THAT(quiet.alert_quantity, testing::HasSubstr("usual is"));
}

TEST(MetricClues, hostile_values_do_no_harm) {
    model::Series odd = series("request.duration", [](Nanos t) {
        return t % 7 == 0 ? 1e308 : t % 5 == 0 ? -1e308 : 0.0;
    });
    model::Series empty;
    empty.name = "request.duration";
    model::Series single = empty;
    single.points = {{kStart, 1}};
    model::Series same_time = empty;
    for (int i = 0; i < 50; ++i) same_time.points.push_back({kStart - kMinute, 1.0 * i});
    EXPECT_NO_THROW(clues_of({odd, empty, single, same_time}));
}

TEST(MetricClues, a_shift_in_time_changes_nothing_but_the_times) {
    const auto strengths = [](Nanos by) {
        model::Series one = noisy("request.duration", 0.1, 0.3, "s", {{"service.name", "shop"}});
        for (model::Point& point : one.points) point.time += by;
        model::Incident about = incident("shop");
        about.window.start += by;
        about.window.end += by;
        about.window.baseline_start += by;
        about.window.baseline_end += by;
        const Detection detection = clues_of({one}, about);
        return std::pair(detection.findings.at(0).surprise,
                         *detection.findings.at(0).clue.onset - by);
    };
    EXPECT_EQ(strengths(0), strengths(977 * base::kHour + 13 * kSecond));
}

}  // namespace
}  // namespace insight::analysis::metrics
