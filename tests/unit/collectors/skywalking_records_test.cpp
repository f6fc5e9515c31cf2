#include <gmock/gmock.h>

#include "collectors/skywalking/alarms.h"
#include "collectors/skywalking/logs.h"
#include "tests/unit/collectors/skywalking_answers.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

TEST(SkyWalkingAlarms, an_alarm_is_a_record_of_what_it_is_about) {
    const auto records = alarms_of(captured("alarms", "getAlarm"), Names(), {"east", ""});
    ASSERT_FALSE(records.empty());
    const model::LogRecord& alarm = records.back();
    EXPECT_THAT(alarm.body, HasSubstr("is more than 1000ms"));
    EXPECT_EQ(alarm.severity, 21) << "CRITICAL, by its tag";
    EXPECT_EQ(alarm.attributes.at("event.name"), "skywalking.alarm");
    EXPECT_EQ(alarm.attributes.at("skywalking.alarm.scope"), "Endpoint");
    EXPECT_THAT(alarm.attributes.at("skywalking.endpoint"), HasSubstr("/report"));
    EXPECT_TRUE(alarm.attributes.at("service.name") == "orders" ||
                alarm.attributes.at("service.name") == "shop");
    EXPECT_EQ(alarm.attributes.at("k8s.cluster.name"), "east");
    EXPECT_EQ(alarm.time % 1'000'000, 0);
}

TEST(SkyWalkingAlarms, a_start_is_a_change_and_a_broken_probe_a_record) {
    const Json answer = Json::parse(R"({"events":[
      {"name":"Start","type":"Normal","startTime":1795244108162,
       "source":{"service":"agent::pay","serviceInstance":"pay-1@10.0.0.9"}},
      {"name":"Shutdown","type":"Normal","startTime":1795244108000,
       "source":{"service":"agent::pay","serviceInstance":"pay-0@10.0.0.9"}},
      {"name":"Unhealthy","type":"Error","message":"probe failed: token=sup3r-s3cret-77",
       "startTime":1795244108163,"source":{"service":"agent::pay"}},
      {"name":"","startTime":1},null,{"name":"Start","startTime":-4,"source":{"service":"x"}}]})");
    const Happened happened = events_of(answer, Names(), {}, "skywalking/main");
    ASSERT_EQ(happened.changes.size(), 2U);
    EXPECT_EQ(happened.changes[0].kind, "deploy");
    EXPECT_EQ(happened.changes[0].entity, "pay");
    EXPECT_EQ(happened.changes[0].summary, "pay-1@10.0.0.9 of pay was started");
    EXPECT_EQ(happened.changes[0].ref, "skywalking/main");
    EXPECT_EQ(happened.changes[1].kind, "scaling");
    ASSERT_EQ(happened.records.size(), 1U);
    EXPECT_EQ(happened.records[0].severity, 17);
    EXPECT_THAT(happened.records[0].body, HasSubstr("Unhealthy: probe failed"));
    EXPECT_THAT(happened.records[0].body, Not(HasSubstr("sup3r-s3cret-77")));
}

TEST(SkyWalkingLogs, a_record_has_its_service_its_severity_and_its_text) {
    const auto records = records_of(captured("logs", "queryLogs"), Names(), {"", "prod"});
    ASSERT_FALSE(records.empty());
    EXPECT_EQ(records[0].severity, 17);
    EXPECT_EQ(records[0].severity_text, "ERROR");
    EXPECT_EQ(records[0].attributes.at("service.name"), "pay");
    EXPECT_EQ(records[0].attributes.at("service.instance.id"), "pay-1@10.0.0.9");
    EXPECT_EQ(records[0].attributes.at("k8s.namespace.name"), "prod");
    EXPECT_THAT(records[0].body, HasSubstr("charge failed"));
}

TEST(SkyWalkingLogs, texts_of_any_shape_are_read_and_secrets_go) {
    const Json answer = Json::parse(R"({"logs":[
      {"timestamp":"1795244108162","serviceName":"pay","traceId":"t1",
       "content":"{\"level\":\"warn\",\"msg\":\"slow, password=sup3r-s3cret-77\"}"},
      {"timestamp":1795244108162,"content":""},{"timestamp":0,"content":"x"},null,7,
      {"timestamp":{},"content":"x"},{"timestamp":"-9","content":"x"}]})");
    const auto records = records_of(answer, Names(), {});
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].severity, 13);
    EXPECT_EQ(records[0].trace_id, "t1");
    EXPECT_THAT(records[0].body, HasSubstr("slow"));
    EXPECT_THAT(records[0].body, Not(HasSubstr("sup3r-s3cret-77")));
}

}  // namespace
}  // namespace insight::collectors::skywalking
