#include "agent/chat/answers.h"

#include <gtest/gtest.h>

#include "tests/unit/chat/sample.h"

namespace insight::agent::chat {
namespace {

constexpr base::Nanos kAnswered = 1'795'000'000'000'000'000;

Answer answer(const std::string& question) {
    return answer_from(understand(question, kAnswered), sample_report());
}

::testing::AssertionResult says(const std::string& question,
                                const std::vector<std::string>& parts) {
    const std::string text = answer(question).text;
    for (const std::string& part : parts)
        if (text.find(part) == std::string::npos)
            return ::testing::AssertionFailure()
                   << question << " lacks \"" << part << "\": " << text;
    return ::testing::AssertionSuccess();
}

TEST(Answers, every_topic_says_what_the_report_knows) {
    EXPECT_TRUE(says("what happened?", {"91 %", "400 keys per second", "checkout is affected"}));
    EXPECT_TRUE(says("why?", {"cache eviction", "sessions", "Hit rate fell only",
                              "no session waited for a lock"}));
    EXPECT_TRUE(says("since when?", {"2026-11-20 23:05:00 UTC", "firing",
                                     "1 of what is unusual was still so, 1 had recovered"}));
    EXPECT_TRUE(says("what changed?", {"23:01:00", "maxmemory was set to 100mb"}));
    EXPECT_TRUE(
        says("what should I do?",
             {"Raise the limit", "redis-cli config set maxmemory 512mb", "changes something"}));
    EXPECT_TRUE(says("timeline", {"| 23:01:00 | change |", "| 23:05:00 | onset |"}));
    EXPECT_TRUE(says("post-mortem", {"sessions", "Timeline"}));
    EXPECT_TRUE(says("who is affected?", {"critical", "p99 is 3.2 s"}));
    EXPECT_TRUE(says("how sure are you?", {"91 %", "5 of 5 claims", "maxmemory was never reached",
                                           "redis-cli info memory"}));
    EXPECT_TRUE(says("what could you not see?", {"postgresql/orders", "grant pg"}));
    EXPECT_TRUE(says("seen this before?", {"No past incident"}));
    EXPECT_TRUE(says("is there a runbook?", {"redis.md"}));
    EXPECT_TRUE(says("prevent it?", {"from coming again"}));
}

TEST(Answers, a_named_entity_is_told_what_speaks_against_it) {
    EXPECT_TRUE(says("what about orders-db?", {"At orders\\-db", "no session waited for a lock"}) ||
                says("what about orders-db?", {"At orders-db", "no session waited for a lock"}));
}

TEST(Answers, a_named_entity_is_found_whatever_its_letters) {
    base::Json report = sample_report();
    report["causes"][0]["rivals"][0]["entity"]["name"] = "OrdersDB";
    const std::string text =
        answer_from(understand("what about OrdersDB?", kAnswered), report).text;
    EXPECT_NE(text.find("no session waited for a lock"), std::string::npos) << text;
}

TEST(Answers, evidence_is_shown_by_its_kind_and_cannot_leave_its_place) {
    EXPECT_TRUE(says("show E1",
                     {"evicted keys", "400", "usually 0", "rate(redis_evicted_keys_total[1m])"}));
    EXPECT_TRUE(says("show E2", {"```\nt ERROR <script>alert(1)</script> @channel"}));
    EXPECT_TRUE(says("show E3", {"| pid | query |", "SELECT \\| 1"}));
    EXPECT_TRUE(says("show E4", {"config of sessions", "after: `100mb`"}));
    EXPECT_TRUE(says("show E99", {"no evidence E99", "E1, E2, E3, E4"}));
}

TEST(Answers, citations_are_those_of_the_text_and_of_the_report) {
    const auto citations = answer("why?").citations;
    ASSERT_EQ(citations.size(), 3U);
    EXPECT_EQ(citations[0].id, "E1");
    EXPECT_EQ(citations[0].title, "evicted keys");
    EXPECT_TRUE(citations_of("E99 and E100 and XE1", sample_report()).empty());
}

TEST(Answers, without_a_cause_the_verdict_and_what_to_collect_are_said) {
    base::Json report = sample_report();
    report["verdict"] = "not_enough_evidence";
    report["toCollect"] = {"slow queries of orders"};
    const std::string text = answer_from(understand("why is it slow?", kAnswered), report).text;
    EXPECT_NE(text.find("slow queries of orders"), std::string::npos) << text;
    EXPECT_EQ(text.find("400 keys"), std::string::npos) << text;
}

TEST(Answers, a_report_without_anything_answers_every_topic) {
    for (const char* question : {"what?", "why?", "since when?", "what changed?", "what to do?",
                                 "timeline", "post-mortem", "impact?", "how sure?", "coverage?",
                                 "seen before?", "runbook?", "prevent?", "E1", "about to break?"})
        for (const base::Json& report :
             {base::Json::object(), base::Json(3), base::Json{{"causes", {1, "x"}}, {"clues", 7}}})
            EXPECT_FALSE(answer_from(understand(question, kAnswered), report).text.empty())
                << question;
}

}  // namespace
}  // namespace insight::agent::chat
