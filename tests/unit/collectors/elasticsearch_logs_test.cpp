// Which fields mean what, how severe a line is, and lines as records.
#include <gmock/gmock.h>

#include <fstream>

#include "collectors/elasticsearch/focus.h"
#include "collectors/elasticsearch/logs.h"
#include "collectors/elasticsearch/record.h"
#include "tests/tree.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<Dialect> found(std::size_t& others) {
    std::ifstream file(test::data() / "elasticsearch/field_caps.json");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return dialects(base::parse_json(text, "field_caps").value(), others);
}

TEST(ElasticsearchMapping, is_found_out_for_each_way_of_writing_logs) {
    std::size_t others = 0;
    const auto all = found(others);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(others, 1U) << "orders are no logs";
    std::map<std::string, Dialect> by_index;
    for (const Dialect& one : all) by_index[one.indices.at(0)] = one;
    const Dialect& ecs = by_index[".ds-logs-shop-default-2026.11.20-000001"];
    EXPECT_EQ(ecs.message, "message");
    EXPECT_TRUE(ecs.message_searchable);
    EXPECT_EQ(ecs.severity.field, "log.level");
    EXPECT_EQ(ecs.severity.kind, SeverityKind::Keyword);
    EXPECT_EQ(ecs.service, "service.name");
    EXPECT_THAT(ecs.attributes, ElementsAre("host.name.keyword"));
    const Dialect& fluent = by_index["fluent-shop"];
    EXPECT_EQ(fluent.message, "log");
    EXPECT_EQ(fluent.severity.kind, SeverityKind::None);
    EXPECT_EQ(fluent.service, "kubernetes.container_name.keyword");
    const Dialect& otel = by_index["otel-shop"];
    EXPECT_EQ(otel.message, "body");
    EXPECT_EQ(otel.severity.kind, SeverityKind::OtelNumber);
    EXPECT_EQ(otel.service, "resource.attributes.service.name");
}

TEST(ElasticsearchMapping, all_fields_fit_into_a_request_line) {
    EXPECT_LT(wanted_fields().size(), 3500U) << "servers take 4096 bytes";
}

TEST(ElasticsearchMapping, values_are_found_nested_dotted_and_both) {
    for (const char* text : {R"({"a":{"b":{"c":1}}})", R"({"a.b.c":1})", R"({"a.b":{"c":1}})",
                             R"({"a":{"b.c":1}})", R"({"a":{"x":2},"a.b":{"c":1}})"})
        EXPECT_EQ(value_at(Json::parse(text), "a.b.c"), 1) << text;
    EXPECT_TRUE(value_at(Json::parse(R"({"a":{"b":7}})"), "a.b.c").is_null());
}

TEST(ElasticsearchSeverity, is_told_in_words_and_three_sorts_of_numbers) {
    EXPECT_EQ(severity_number(SeverityKind::Keyword, "ERROR"), 17);
    EXPECT_EQ(severity_number(SeverityKind::Keyword, "nonsense"), 0);
    EXPECT_EQ(severity_number(SeverityKind::OtelNumber, 13), 13);
    EXPECT_EQ(severity_number(SeverityKind::OtelNumber, 99), 0);
    EXPECT_EQ(severity_number(SeverityKind::Syslog, 3), 17);
    EXPECT_EQ(severity_number(SeverityKind::Syslog, "4"), 13);
    EXPECT_EQ(severity_number(SeverityKind::Pino, 50), 17);
    EXPECT_EQ(severity_number(SeverityKind::Pino, -1), 0);
}

TEST(ElasticsearchSeverity, filters_ask_for_the_spellings_that_occur) {
    Severity words{"level", SeverityKind::Keyword, {}, {}};
    for (const char* value : {"INFO", "Error", "WARNING", "Error", "fatal"}) words.learn(value);
    EXPECT_EQ(words.at_least(Class::Error, "").dump(), R"({"terms":{"level":["Error","fatal"]}})");
    EXPECT_EQ(words.at_least(Class::Warning, "").dump(),
              R"({"terms":{"level":["Error","fatal","WARNING"]}})");
    EXPECT_EQ(Severity{}.at_least(Class::Error, ""), Json());
    EXPECT_THAT(Severity{}.at_least(Class::Error, "message").dump(), HasSubstr("traceback"));
    const Severity syslog{"severity", SeverityKind::Syslog, {}, {}};
    EXPECT_EQ(syslog.at_least(Class::Error, "").dump(), R"({"range":{"severity":{"lte":3}}})");
}

Dialect ecs() {
    Dialect out;
    out.time = "@timestamp";
    out.message = "message";
    out.severity = {"log.level", SeverityKind::Keyword, {}, {}};
    out.service = "service.name.keyword";
    return out;
}

TEST(ElasticsearchRecord, carries_opentelemetry_names_and_no_secret) {
    const auto record =
        record_of(Json::parse(R"j({"_source":{"message":"login failed, password=hunter2hunter2",
            "log.level":"Error","service":{"name":"checkout"},"trace":{"id":"abc"},
            "kubernetes":{"pod":{"name":"checkout-7"},"namespace":"shop"},
            "error":{"message":"no route to host","stack_trace":"java.net.X\n\tat a.b(C.java:1)",
            "type":"java.net.X"},"http":{"response":{"status_code":502}}},
            "fields":{"@timestamp":["2026-11-20T21:00:00.123456789Z"]}})j"),
                  ecs());
    ASSERT_TRUE(record);
    EXPECT_EQ(record->time, base::parse_rfc3339("2026-11-20T21:00:00.123456789Z").value());
    EXPECT_EQ(record->severity, 17);
    EXPECT_EQ(record->severity_text, "Error");
    EXPECT_EQ(record->trace_id, "abc");
    EXPECT_THAT(record->body, HasSubstr("login failed"));
    EXPECT_THAT(record->body, HasSubstr(": no route to host\njava.net.X"));
    EXPECT_THAT(record->body, Not(HasSubstr("hunter2")));
    EXPECT_EQ(record->attributes.at("service.name"), "checkout");
    EXPECT_EQ(record->attributes.at("k8s.pod.name"), "checkout-7");
    EXPECT_EQ(record->attributes.at("k8s.namespace.name"), "shop");
    EXPECT_EQ(record->attributes.at("http.response.status_code"), "502");
    EXPECT_EQ(record->attributes.at("exception.type"), "java.net.X");
}

TEST(ElasticsearchRecord, without_a_time_there_is_none_and_odd_shapes_harm_nothing) {
    for (const char* text :
         {"{}", "[]", "7", R"({"_source":[],"fields":7})",
          R"({"fields":{"@timestamp":["yesterday"]}})", R"({"fields":{"@timestamp":[7]}})"})
        EXPECT_FALSE(record_of(Json::parse(text), ecs())) << text;
    EXPECT_TRUE(record_of(Json::parse(R"({"_source":{"message":{"a":[]},"service":7},
        "fields":{"@timestamp":["2026-11-20T21:00:00Z"]}})"),
                          ecs()));
}

TEST(ElasticsearchFocus, alerts_pods_and_questions_name_services) {
    const std::vector<std::string> known{"checkout", "cart", "search"};
    model::Incident incident;
    EXPECT_TRUE(asked_services(incident, known).empty());
    incident.question = "why is Cart slow, and not carts or shopping-cart-x";
    EXPECT_THAT(asked_services(incident, known), ElementsAre("cart"));
    incident.question.clear();
    model::Alert alert;
    alert.labels = {{"service", "Checkout"}, {"pod", "search-7c9d-x1"}};
    incident.alerts = {alert};
    EXPECT_THAT(asked_services(incident, known), ElementsAre("checkout", "search"));
}

TEST(ElasticsearchSample, what_one_kind_of_lines_does_not_need_goes_to_the_others) {
    std::vector<Stratum> strata{{"a", nullptr, 50, 0.35, 0},
                                {"b", nullptr, 100'000, 0.3, 0},
                                {"c", nullptr, 0, 0.2, 0},
                                {"d", nullptr, 900'000, 0.15, 0}};
    share_out(strata, 1000);
    EXPECT_EQ(strata[0].want, 50U);
    EXPECT_EQ(strata[2].want, 0U);
    EXPECT_NEAR(static_cast<double>(strata[1].want), 633, 2);
    EXPECT_NEAR(static_cast<double>(strata[3].want), 317, 2);
    std::vector<Stratum> unknown{{"a", nullptr, -1, 0.5, 0}, {"b", nullptr, 10, 0.5, 0}};
    share_out(unknown, 100);
    EXPECT_EQ(unknown[0].want, 90U);
}

TEST(ElasticsearchCounts, come_out_of_the_answer_by_service_severity_and_part) {
    Dialect dialect = ecs();
    const Json answer = Json::parse(R"({"aggregations":{"part":{"buckets":{
        "baseline":{"doc_count":110,"level":{"buckets":[{"key":"info","doc_count":100},
            {"key":"ERROR","doc_count":10}]},
            "service":{"buckets":[{"key":"cart","doc_count":100,"level":{"buckets":[
            {"key":"info","doc_count":95},{"key":"ERROR","doc_count":5}]}}]}},
        "incident":{"doc_count":50,"level":{"buckets":[{"key":"ERROR","doc_count":50}]},
            "service":{"buckets":[{"key":"checkout","doc_count":50,"level":{"buckets":[
            {"key":"ERROR","doc_count":50}]}}]}}}}}})");
    const auto counts = read_counts(answer, dialect);
    ASSERT_EQ(counts.size(), 3U);
    EXPECT_EQ(counts[0].service, "checkout") << "most errors in the incident first";
    EXPECT_EQ(counts[0].of(Class::Error, Incident), 50);
    EXPECT_EQ(counts[1].service, "cart");
    EXPECT_EQ(counts[1].of(Class::Error, Baseline), 5);
    EXPECT_EQ(counts[1].of(Class::Other, Baseline), 95);
    EXPECT_EQ(counts[2].service, "") << "lines that name no service are counted, too";
    EXPECT_EQ(counts[2].of(Class::Error, Baseline), 5);
    EXPECT_THAT(dialect.severity.errors, ElementsAre("ERROR"));
}

TEST(ElasticsearchRates, missing_buckets_are_zero_and_the_unsettled_end_is_left_out) {
    const base::Nanos start = 1'795'000'000 * base::kSecond;
    const model::Window window{start + 600 * base::kSecond, start + 900 * base::kSecond, start,
                               start + 600 * base::kSecond};
    const Json answer = Json::parse(R"({"aggregations":{"service":{"buckets":[{"key":"cart",
        "all":{"buckets":[{"key":1795000010000,"doc_count":50}]}}]}}})");
    const auto series =
        read_rates(answer, window, start + 870 * base::kSecond, {{"cluster", "east"}});
    ASSERT_EQ(series.size(), 1U);
    EXPECT_EQ(series[0].name, "log.records");
    EXPECT_EQ(series[0].points.size(), 87U);
    EXPECT_EQ(series[0].points[0].value, 0);
    EXPECT_EQ(series[0].points[1].value, 5) << "50 lines in 10 seconds";
    EXPECT_EQ(series[0].points[1].time, start + 20 * base::kSecond);
}

}  // namespace
}  // namespace insight::collectors::elasticsearch
