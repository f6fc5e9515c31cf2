#include "agent/chat/topic.h"

#include <gtest/gtest.h>

namespace insight::agent::chat {
namespace {

constexpr base::Nanos kHour = base::kHour;
const base::Nanos kAsked = *base::parse_rfc3339("2026-11-21T09:30:00Z");

TEST(Topic, questions_people_ask_are_understood) {
    const std::vector<std::pair<std::string, Topic>> questions{
        {"why is checkout slow?", Topic::Why},
        {"What happened last night?", Topic::Postmortem},
        {"is anything about to go wrong?", Topic::Ahead},
        {"will this pull request hurt?", Topic::Review},
        {"will acme/shop#12 break production?", Topic::Review},
        {"what happened?", Topic::What},
        {"when did it start?", Topic::When},
        {"is it still going on?", Topic::When},
        {"what changed?", Topic::Changed},
        {"was there a deploy?", Topic::Changed},
        {"what should I do?", Topic::Do},
        {"how do I fix it", Topic::Do},
        {"how do we keep it from happening again?", Topic::Prevent},
        {"show me E7", Topic::Evidence},
        {"give me the timeline", Topic::Timeline},
        {"write the post-mortem", Topic::Postmortem},
        {"who is affected?", Topic::Impact},
        {"how sure are you?", Topic::Sure},
        {"what could you not see?", Topic::Coverage},
        {"have you seen this before?", Topic::Similar},
        {"is there a runbook?", Topic::Runbook},
        {"could it be redis?", Topic::Why},
        {"hello", Topic::What},
    };
    for (const auto& [text, topic] : questions)
        EXPECT_EQ(name(understand(text, kAsked).topic), name(topic)) << text;
}

TEST(Topic, the_subject_is_what_the_question_is_about) {
    EXPECT_EQ(understand("Why is Checkout-API slow?", kAsked).subject, "Checkout-API");
    EXPECT_EQ(understand("is IT over?", kAsked).subject, "");
    EXPECT_EQ(understand("why is the orders-db failing", kAsked).subject, "orders-db");
    EXPECT_EQ(understand("could it be redis? what about redis", kAsked).subject, "redis");
    EXPECT_EQ(understand("why is it slow?", kAsked).subject, "");
    EXPECT_EQ(understand("is it over?", kAsked).subject, "");
    EXPECT_EQ(understand("what is the timeline?", kAsked).subject, "");
    EXPECT_EQ(understand("is anything about to go wrong?", kAsked).subject, "");
}

TEST(Topic, stretches_of_time_are_read_in_utc) {
    const auto night = understand("what happened last night?", kAsked).interval;
    ASSERT_TRUE(night);
    EXPECT_EQ(base::format_rfc3339(night->start), "2026-11-20T18:00:00Z");
    EXPECT_EQ(base::format_rfc3339(night->end), "2026-11-21T08:00:00Z");
    EXPECT_EQ(understand("in the last 2 hours?", kAsked).interval->start, kAsked - 2 * kHour);
    EXPECT_EQ(
        base::format_rfc3339(understand("what happened on 2026-11-03?", kAsked).interval->start),
        "2026-11-03T00:00:00Z");
    EXPECT_FALSE(understand("why is it slow?", kAsked).interval);
    EXPECT_FALSE(understand("what happened on 2026-19-39?", kAsked).interval);
}

TEST(Topic, ids_are_found_and_now_is_told_from_then) {
    EXPECT_EQ(understand("show e12 please", kAsked).evidence, "E12");
    EXPECT_EQ(understand("what about inc-0123456789abcdef?", kAsked).incident,
              "inc-0123456789abcdef");
    EXPECT_TRUE(understand("why is checkout slow?", kAsked).current);
    EXPECT_FALSE(understand("why was checkout slow?", kAsked).current);
    EXPECT_EQ(understand(std::string(4000, '?'), kAsked).topic, Topic::What);
}

}  // namespace
}  // namespace insight::agent::chat
