#include "agent/chat/when.h"

#include <gtest/gtest.h>

#include "agent/chat/topic.h"

namespace insight::agent::chat {
namespace {

// A Saturday; 10:30 in Berlin, 04:30 in New York.
const base::Nanos kNow = *base::parse_rfc3339("2026-11-21T09:30:00Z");

std::string read(const std::string& question, const std::string& zone = "") {
    const auto interval = understand(question, kNow, Zone::parse(zone).value()).interval;
    if (!interval) return "none";
    const auto shown = [](base::Nanos time) { return base::format_rfc3339(time).substr(5, 11); };
    return shown(interval->start) + " " + shown(interval->end);
}

TEST(When, questions_are_read_on_the_clock_of_utc_unless_told_otherwise) {
    EXPECT_EQ(read("what happened last night?"), "11-20T18:00 11-21T08:00");
    EXPECT_EQ(read("what broke since 9?"), "11-21T09:00 11-21T09:30");
    EXPECT_EQ(read("since 14:00"), "11-20T14:00 11-21T09:30") << "the last one that has passed";
    EXPECT_EQ(read("what happened yesterday?"), "11-20T00:00 11-21T00:00");
    EXPECT_EQ(read("what happened yesterday at 14:00?"), "11-20T13:30 11-20T14:30");
    EXPECT_EQ(read("what was that yesterday 2pm"), "11-20T13:30 11-20T14:30");
    EXPECT_EQ(read("what happened at 7:15"), "11-21T06:45 11-21T07:45");
    EXPECT_EQ(read("between 2 and 3:30 yesterday"), "11-20T02:00 11-20T03:30");
    EXPECT_EQ(read("from 23:00 to 1:00"), "11-20T23:00 11-21T01:00") << "past midnight";
    EXPECT_EQ(read("between 1 and 3 pm yesterday"), "11-20T13:00 11-20T15:00");
    EXPECT_EQ(read("on 2026-11-03 at 9am"), "11-03T08:30 11-03T09:30");
    EXPECT_EQ(read("since yesterday 22:00"), "11-20T22:00 11-21T09:30");
    EXPECT_EQ(read("since yesterday"), "11-20T00:00 11-21T09:30");
    EXPECT_EQ(read("since thursday"), "11-19T00:00 11-21T09:30");
    EXPECT_EQ(read("what happened on wednesday?"), "11-18T00:00 11-19T00:00");
    EXPECT_EQ(read("yesterday morning"), "11-20T04:00 11-20T12:00");
    EXPECT_EQ(read("this morning"), "11-21T04:00 11-21T09:30") << "nothing ends in the future";
    EXPECT_EQ(read("in the last 90 minutes"), "11-21T08:00 11-21T09:30");
    EXPECT_EQ(read("since midnight"), "11-21T00:00 11-21T09:30");
}

TEST(When, a_zone_comes_from_the_question_before_the_request_before_the_configuration) {
    EXPECT_EQ(read("what happened yesterday 14:00 CET?"), "11-20T12:30 11-20T13:30");
    EXPECT_EQ(read("yesterday 14:00 CET", "America/New_York"), "11-20T12:30 11-20T13:30");
    EXPECT_EQ(read("yesterday 14:00", "America/New_York"), "11-20T18:30 11-20T19:30");
    EXPECT_EQ(read("yesterday 14:00 Europe/Berlin time"), "11-20T12:30 11-20T13:30");
    EXPECT_EQ(read("yesterday 14:00 +05:30"), "11-20T08:00 11-20T09:00");
    EXPECT_EQ(read("yesterday 14:00 UTC-5"), "11-20T18:30 11-20T19:30");
    EXPECT_EQ(read("last night?", "Europe/Berlin"), "11-20T17:00 11-21T07:00");
    EXPECT_EQ(read("since 9", "Europe/Berlin"), "11-21T08:00 11-21T09:30");
    EXPECT_EQ(read("yesterday", "Asia/Tokyo"), "11-19T15:00 11-20T15:00");
}

TEST(When, what_is_no_time_is_none) {
    for (const char* text :
         {"why is it slow?", "why do 5 pods restart?", "show me the last 5 deploys",
          "is 99.9% of it fine?", "since the deploy", "at 3 of 5 nodes", "will #12 hurt?",
          "what happened on 2026-19-39?", "since 77:99", "who got PAGED?"})
        EXPECT_EQ(read(text), "none") << text;
}

TEST(Zone, clocks_that_are_put_forward_or_back_have_an_answer_for_every_time) {
    const Zone berlin = Zone::parse("Europe/Berlin").value();
    const auto utc = [&](const char* local) {
        return base::format_rfc3339(berlin.utc(*base::parse_rfc3339(local)));
    };
    EXPECT_EQ(utc("2026-03-29T02:30:00Z"), "2026-03-29T01:00:00Z") << "skipped";
    EXPECT_EQ(utc("2026-10-25T02:30:00Z"), "2026-10-25T00:30:00Z") << "shown twice";
    EXPECT_EQ(utc("2026-07-01T12:00:00Z"), "2026-07-01T10:00:00Z");
    EXPECT_EQ(berlin.local(berlin.utc(kNow)), kNow);
}

TEST(Zone, names_that_are_none_are_refused_with_a_sentence) {
    for (const char* name : {"Mars/Olympus", "../../etc/passwd", "IST", "+99:00", "CET;x", "/"}) {
        const auto zone = Zone::parse(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().kind, base::ErrorKind::Invalid);
        EXPECT_NE(zone.error().message.find("Europe/Berlin"), std::string::npos);
    }
    EXPECT_FALSE(Zone::named_in("is the API of IST/QA fine?"));
    EXPECT_FALSE(Zone::named_in("the backup of 2026-11-03 failed"));
}

}  // namespace
}  // namespace insight::agent::chat
