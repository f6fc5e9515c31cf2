// Requests in the OTLP/JSON encoding, made by hand after the public specification.
#include "agent/otlp/import.h"

#include <gmock/gmock.h>

namespace insight::otlp {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

model::Signals signals_of(const std::string& text) {
    Import import;
    const auto added = import.add("a.json", text);
    EXPECT_TRUE(added) << added.error().text();
    return import.finish();
}

constexpr const char* kTrace = R"({"resourceSpans":[{"resource":{"attributes":[
  {"key":"service.name","value":{"stringValue":"basket"}},
  {"key":"process.pid","value":{"intValue":"42"}}]},
  "scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[
   {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
    "parentSpanId":"EEE19B7EC3C1B173","name":"GET /basket","kind":2,
    "startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000000250000000",
    "attributes":[{"key":"http.route","value":{"stringValue":"/basket"}},
                  {"key":"retry","value":{"boolValue":true}}],
    "events":[{"name":"exception","timeUnixNano":"1790000000100000000"}],
    "status":{"code":2,"message":"boom"},"unknownField":{"x":[1]}},
   {"traceId":"","spanId":"1","name":"no ids"},
   {"traceId":"5b8efff798038103d269b633813fc60d","spanId":"eee19b7ec3c1b175","kind":"SPAN_KIND_CLIENT",
    "parentSpanId":"0000000000000000","startTimeUnixNano":1789999999000000000,
    "endTimeUnixNano":1790000000000000000,"status":{"code":"STATUS_CODE_OK"}}]}]}]})";

TEST(OtlpTraces, become_spans_with_the_resources_attributes) {
    const model::Signals signals = signals_of(kTrace);
    ASSERT_EQ(signals.spans.size(), 2U);
    const model::Span& client = signals.spans[0];  // the earlier one
    EXPECT_EQ(client.kind, "client");
    EXPECT_EQ(client.status, "ok");
    EXPECT_EQ(client.parent_span_id, "") << "all zero means none";
    const model::Span& span = signals.spans[1];
    EXPECT_EQ(span.trace_id, "5b8efff798038103d269b633813fc60c");
    EXPECT_EQ(span.parent_span_id, "eee19b7ec3c1b173");
    EXPECT_EQ(span.kind, "server");
    EXPECT_EQ(span.end - span.start, 250'000'000);
    EXPECT_EQ(span.status, "error");
    EXPECT_EQ(span.status_message, "boom");
    EXPECT_THAT(span.attributes,
                ElementsAre(Pair("http.route", "/basket"), Pair("process.pid", "42"),
                            Pair("retry", "true"), Pair("service.name", "basket")));
}

TEST(OtlpTraces, what_is_left_out_is_counted) {
    Import import;
    ASSERT_TRUE(import.add("a.json", kTrace));
    ASSERT_TRUE(import.add("b.json", "{\"hello\":1}\n"));
    import.finish();
    EXPECT_THAT(
        import.left_out(),
        ElementsAre(Pair("documents without resourceLogs, resourceSpans or resourceMetrics", 1),
                    Pair("span events", 1), Pair("spans without ids or times", 1)));
}

TEST(OtlpLogs, become_records_in_time) {
    const std::string line =
        R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"mail"}}]},)"
        R"("scopeLogs":[{"logRecords":[)"
        R"({"timeUnixNano":"1790000002000000000","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"no route"},)"
        R"("attributes":[{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"2"}]}}}],)"
        R"("traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"},)"
        R"({"observedTimeUnixNano":"1790000001000000000","body":{"kvlistValue":{"values":[{"key":"msg","value":{"stringValue":"hi"}}]}}},)"
        R"({"body":{"stringValue":"never"}}]}]}]})";
    // The file exporter writes one request a line.
    const model::Signals signals = signals_of(line + "\n\n" + line + "\n");
    ASSERT_EQ(signals.logs.size(), 4U);
    EXPECT_EQ(signals.logs[0].time, 1'790'000'001'000'000'000)
        << "observed, where no other is known";
    EXPECT_EQ(signals.logs[0].body, R"({"msg":"hi"})");
    const model::LogRecord& error = signals.logs[3];
    EXPECT_EQ(error.body, "no route");
    EXPECT_EQ(error.severity, 17);
    EXPECT_EQ(error.trace_id, "5b8efff798038103d269b633813fc60c");
    EXPECT_EQ(error.attributes.at("tags"), R"(["a",2])");
    EXPECT_EQ(error.attributes.at("service.name"), "mail");
    EXPECT_EQ(signals.coverage[0].source, "logs/otlp");
    EXPECT_EQ(signals.coverage[0].count, 4);
    EXPECT_EQ(signals.coverage[2].outcome, model::Outcome::Empty);
}

std::string metric(const std::string& body) {
    return R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},)"
           R"("scopeMetrics":[{"metrics":[)" +
           body + "]}]}]}";
}

std::vector<double> values_of(const model::Series& series) {
    std::vector<double> out;
    for (const model::Point& point : series.points) out.push_back(point.value);
    return out;
}

TEST(OtlpMetrics, gauges_keep_their_values_and_skip_points_without_one) {
    const model::Signals signals = signals_of(metric(
        R"({"name":"queue","unit":"{item}","gauge":{"dataPoints":[
            {"timeUnixNano":"3000000000","asInt":"7","attributes":[{"key":"q","value":{"stringValue":"a"}}]},
            {"timeUnixNano":"1000000000","asDouble":1.5,"attributes":[{"key":"q","value":{"stringValue":"a"}}]},
            {"timeUnixNano":"2000000000","flags":1,"attributes":[{"key":"q","value":{"stringValue":"a"}}]},
            {"timeUnixNano":"2000000000","asDouble":"NaN"}]}})"));
    ASSERT_EQ(signals.metrics.size(), 1U);
    EXPECT_EQ(signals.metrics[0].type, model::SeriesType::Gauge);
    EXPECT_EQ(signals.metrics[0].unit, "{item}");
    EXPECT_EQ(signals.metrics[0].labels.at("q"), "a");
    EXPECT_THAT(values_of(signals.metrics[0]), ElementsAre(1.5, 7));
}

TEST(OtlpMetrics, deltas_are_added_up_and_cumulative_sums_are_not) {
    const std::string points =
        R"("dataPoints":[{"timeUnixNano":"1000000000","asInt":"5"},{"timeUnixNano":"2000000000","asInt":"3"}])";
    const model::Signals signals = signals_of(metric(
        R"({"name":"a","sum":{"aggregationTemporality":1,"isMonotonic":true,)" + points + "}}," +
        R"({"name":"b","sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE",)" +
        points + "}}"));
    ASSERT_EQ(signals.metrics.size(), 2U);
    EXPECT_EQ(signals.metrics[0].type, model::SeriesType::Counter);
    EXPECT_THAT(values_of(signals.metrics[0]), ElementsAre(5, 8));
    EXPECT_EQ(signals.metrics[1].type, model::SeriesType::Gauge) << "it may fall";
    EXPECT_THAT(values_of(signals.metrics[1]), ElementsAre(5, 3));
}

TEST(OtlpMetrics, histograms_become_counters_by_upper_bound) {
    const model::Signals signals = signals_of(metric(
        R"({"name":"d","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[
            {"timeUnixNano":"1000000000","count":"6","sum":2.5,"bucketCounts":["1","2","3"],"explicitBounds":[0.1,1]},
            {"timeUnixNano":"2000000000","count":"6","bucketCounts":["1"],"explicitBounds":[0.1,1]}]}})"));
    std::map<std::string, double> first;
    for (const model::Series& series : signals.metrics) {
        EXPECT_EQ(series.type, model::SeriesType::Counter);
        const auto le = series.labels.find("le");
        first[series.name + (le == series.labels.end() ? "" : " " + le->second)] =
            series.points.front().value;
    }
    EXPECT_THAT(first, ElementsAre(Pair("d_bucket +Inf", 6), Pair("d_bucket 0.1", 1),
                                   Pair("d_bucket 1", 3), Pair("d_count", 6), Pair("d_sum", 2.5)));
}

TEST(OtlpMetrics, exponential_histograms_and_summaries_keep_what_can_be_compared) {
    Import import;
    ASSERT_TRUE(import.add(
        "m.json",
        metric(
            R"({"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[
                {"timeUnixNano":"1000000000","count":"4","sum":8,"scale":3,"zeroCount":"0",
                 "positive":{"offset":1,"bucketCounts":["4"]}}]}},
               {"name":"s","summary":{"dataPoints":[{"timeUnixNano":"1000000000","count":"9","sum":1,
                 "quantileValues":[{"quantile":0.99,"value":0.2}]}]}},
               {"name":"odd","other":{}})")));
    const model::Signals signals = import.finish();
    std::vector<std::string> names;
    for (const model::Series& series : signals.metrics) names.push_back(series.name);
    EXPECT_THAT(names, ElementsAre("e_count", "e_sum", "s", "s_count", "s_sum"));
    EXPECT_EQ(signals.metrics[2].labels.at("quantile"), "0.99");
    EXPECT_THAT(import.left_out(),
                ElementsAre(Pair("buckets of exponential histograms", 1),
                            Pair("metrics without a name or of an unknown kind", 1)));
}

TEST(OtlpImport, names_file_and_line_of_what_is_no_json) {
    Import import;
    const auto wrong = import.add("x.jsonl", std::string("{}\n") + "{\"resourceLogs\":[\n");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(wrong.error().message, HasSubstr("x.jsonl line 2"));
    EXPECT_FALSE(import.add("y.json", std::string(1000, '[')));
    EXPECT_FALSE(import.add("z.json", "{\n not json"));
}

TEST(OtlpImport, takes_no_more_than_its_limits) {
    Import import({.document_bytes = 1U << 20, .records = 1, .points = 1});
    ASSERT_TRUE(import.add("a.json", kTrace));
    const std::string point =
        R"({"name":"a","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"5"},{"timeUnixNano":"2","asInt":"5"}]}})";
    ASSERT_TRUE(import.add("b.json", metric(point + "," + point)));
    const model::Signals signals = import.finish();
    EXPECT_EQ(signals.spans.size(), 1U);
    ASSERT_EQ(signals.metrics.size(), 1U);
    EXPECT_EQ(signals.metrics[0].points.size(), 1U);
    EXPECT_THAT(import.left_out(), testing::Contains(Pair("spans beyond the limit", 1)));
    EXPECT_THAT(import.left_out(),
                testing::Contains(Pair("metrics beyond the limit of points", 1)));
    EXPECT_EQ(Import({.document_bytes = 4}).add("c.json", "{\"a\":1}").error().kind,
              ErrorKind::TooLarge);
}

TEST(OtlpWindow, is_the_last_ten_minutes_unless_somebody_says_otherwise) {
    using base::kMinute;
    const model::Interval hour{100 * kMinute, 160 * kMinute};
    model::Incident incident;
    auto said = place_window(incident, hour, 0, 0);
    ASSERT_TRUE(said);
    EXPECT_THAT(*said, HasSubstr("the last ten minutes"));
    EXPECT_EQ(incident.window,
              (model::Window{150 * kMinute, 160 * kMinute, 100 * kMinute, 150 * kMinute}));
    incident.alerts.resize(1);
    incident.alerts[0].starts_at = 140 * kMinute;
    said = place_window(incident, hour, 0, 0);
    ASSERT_TRUE(said);
    EXPECT_EQ(incident.window.start, 135 * kMinute);
    ASSERT_TRUE(place_window(incident, hour, 120 * kMinute, 130 * kMinute));
    EXPECT_EQ(incident.window,
              (model::Window{120 * kMinute, 130 * kMinute, 100 * kMinute, 120 * kMinute}));
    EXPECT_THAT(place_window(incident, hour, 200 * kMinute, 210 * kMinute).error().message,
                HasSubstr("give --start and --end"));
    EXPECT_FALSE(place_window(incident, {}, 0, 0)) << "nothing was recorded at all";
    said = place_window(incident, hour, 90 * kMinute, 130 * kMinute);
    ASSERT_TRUE(said);
    EXPECT_THAT(*said, HasSubstr("no baseline"));
}

}  // namespace
}  // namespace insight::otlp
