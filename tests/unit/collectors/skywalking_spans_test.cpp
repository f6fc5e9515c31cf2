#include "collectors/skywalking/spans.h"

#include <gmock/gmock.h>

#include "tests/unit/collectors/skywalking_answers.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Names known() {
    auto services = services_of(captured("services", "listServices"));
    Names names;
    names.learn(services);
    return names;
}

std::vector<model::Span> read(const char* file, std::size_t most = 1000) {
    return spans_of(base::array_at(captured(file, "queryTrace"), "spans"), known(),
                    {"east", "prod"}, most);
}

TEST(SkyWalkingSpans, segments_hang_together_by_their_references) {
    const auto spans = read("slow_trace");
    ASSERT_EQ(spans.size(), 4U);
    EXPECT_EQ(spans[0].parent_span_id, "");
    EXPECT_EQ(spans[1].parent_span_id, spans[0].span_id);
    EXPECT_EQ(spans[2].parent_span_id, spans[1].span_id) << "another segment";
    EXPECT_EQ(spans[3].parent_span_id, spans[2].span_id);
    EXPECT_NE(spans[0].span_id, spans[2].span_id) << "numbers are unique in a segment only";
    for (const model::Span& span : spans) {
        EXPECT_EQ(span.trace_id, spans[0].trace_id);
        EXPECT_GE(span.start, spans[0].start);
        EXPECT_LE(span.end, spans[0].end);
        EXPECT_EQ(span.status, "unset");
        EXPECT_EQ(span.attributes.at("k8s.cluster.name"), "east");
        EXPECT_EQ(span.attributes.at("k8s.namespace.name"), "prod");
    }
    EXPECT_GT(spans[3].end - spans[3].start, 1300 * base::kSecond / 1000);
}

TEST(SkyWalkingSpans, kinds_names_and_attributes_are_opentelemetrys) {
    const auto spans = read("slow_trace");
    EXPECT_EQ(spans[0].kind, "server");
    EXPECT_EQ(spans[1].kind, "client");
    EXPECT_EQ(spans[2].name, "POST:/internal/report");
    EXPECT_EQ(spans[0].attributes.at("service.name"), "shop");
    EXPECT_EQ(spans[0].attributes.at("skywalking.service"), "agent::shop|prod|east");
    EXPECT_EQ(spans[0].attributes.at("http.request.method"), "GET");
    EXPECT_EQ(spans[0].attributes.at("http.response.status_code"), "200");
    EXPECT_EQ(spans[0].attributes.at("url.full"), "http://shop/report") << "without the query";
    EXPECT_THAT(spans[2].attributes.at("k8s.pod.name"), StartsWith("orders-5d4c7b9f8-"));
    EXPECT_EQ(spans[3].attributes.at("db.system"), "postgresql");
    EXPECT_EQ(spans[3].attributes.at("peer.service"), "orders-db") << "an entity of its own";
    EXPECT_EQ(spans[3].attributes.at("server.port"), "5432");
    EXPECT_FALSE(spans[1].attributes.contains("peer.service"))
        << "the other side's own span says who it is";
}

TEST(SkyWalkingSpans, an_exception_is_told_without_its_secret) {
    const auto spans = read("failed_trace");
    ASSERT_EQ(spans.size(), 4U);
    EXPECT_EQ(spans[3].kind, "internal");
    EXPECT_EQ(spans[3].status, "error");
    EXPECT_EQ(spans[3].attributes.at("exception.type"), "java.net.SocketTimeoutException");
    EXPECT_THAT(spans[3].status_message, HasSubstr("Read timed out"));
    EXPECT_THAT(spans[3].attributes.at("exception.stacktrace"), HasSubstr("Pay.java:41"));
    for (const model::Span& span : spans)
        EXPECT_THAT(base::dump_json(model::to_json(span)), Not(HasSubstr("sup3r-s3cret")));
}

TEST(SkyWalkingSpans, queues_and_batches) {
    const Json spans = Json::parse(R"([
      {"traceId":"t","segmentId":"a","spanId":0,"parentSpanId":-1,"startTime":1795244108162,
       "endTime":1795244108163,"type":"Exit","layer":"MQ","serviceCode":"shop","peer":"kafka:9092",
       "tags":[{"key":"mq.topic","value":"orders"}]},
      {"traceId":"t","segmentId":"b","spanId":0,"parentSpanId":-1,"startTime":1795244108164,
       "endTime":1795244108165,"type":"Entry","layer":"MQ","serviceCode":"mail",
       "refs":[{"parentSegmentId":"a","parentSpanId":0},{"parentSegmentId":"x","parentSpanId":3}]}
    ])");
    const auto out = spans_of(spans, Names(), {}, 10);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].kind, "producer");
    EXPECT_EQ(out[0].attributes.at("messaging.destination.name"), "orders");
    EXPECT_EQ(out[1].kind, "consumer");
    EXPECT_EQ(out[1].parent_span_id, "a.0");
}

TEST(SkyWalkingSpans, what_is_no_span_is_left_out_and_numbers_stay_in_range) {
    const Json spans = Json::parse(R"([null, 7, [], {}, {"traceId":"t"},
      {"traceId":"t","segmentId":"a","spanId":9223372036854775807,"parentSpanId":-9,
       "startTime":9223372036854775807,"endTime":-5,"serviceCode":"s","type":{},"tags":{},"refs":7,
       "logs":[null,{"data":[7]}],"isError":true}])");
    const auto out = spans_of(spans, Names(), {}, 10);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_GE(out[0].end, out[0].start);
    EXPECT_EQ(out[0].status, "error");
    EXPECT_EQ(out[0].parent_span_id, "");
    EXPECT_TRUE(spans_of(Json("x"), Names(), {}, 10).empty());
    EXPECT_EQ(read("slow_trace", 3).size(), 3U);
}

}  // namespace
}  // namespace insight::collectors::skywalking
