#include "agent/question.h"

#include <gmock/gmock.h>

namespace insight::agent {
namespace {

constexpr base::Nanos kNow = 1'795'000'000 * base::kSecond;

std::string refusal(const Question& question) {
    const auto incident = question_incident(question, kNow);
    return incident ? "accepted" : incident.error().message;
}

TEST(Question, becomes_an_incident_with_the_interval_it_names) {
    const auto incident = question_incident({"why is checkout slow?", "checkout", "1h", ""}, kNow);
    ASSERT_TRUE(incident);
    EXPECT_EQ(incident->question, "why is checkout slow?");
    EXPECT_EQ(incident->service, "checkout");
    EXPECT_EQ(incident->window.start, kNow - base::kHour);
    EXPECT_EQ(incident->window.end, kNow);
}

TEST(Question, two_askers_get_two_incidents) {
    EXPECT_NE(question_incident({"why?", "", "", ""}, kNow)->id,
              question_incident({"why?", "", "", ""}, kNow)->id);
}

TEST(Question, every_bad_part_is_named) {
    EXPECT_THAT(refusal({" \n", "", "", ""}), testing::HasSubstr("the question is empty"));
    EXPECT_THAT(refusal({std::string(3000, 'x'), "", "", ""}), testing::HasSubstr("3000 bytes"));
    EXPECT_THAT(refusal({"why?", "", "yesterday", ""}), testing::StartsWith("since:"));
    EXPECT_THAT(refusal({"why?", "", "", "2026-13-01T00:00:00Z"}), testing::StartsWith("until:"));
    EXPECT_THAT(refusal({"why?", "", "", "2099-01-01T00:00:00Z"}), testing::HasSubstr("future"));
    EXPECT_THAT(refusal({"why?", "", "2026-11-18T00:00:00Z", "2026-11-17T00:00:00Z"}),
                testing::HasSubstr("ends before it starts"));
}

}  // namespace
}  // namespace insight::agent
