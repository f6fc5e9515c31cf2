// Requests that no longer do all of what they did.
#include <gmock/gmock.h>

#include "analysis/late_alert.h"
#include "tests/unit/logs/records.h"

namespace insight::analysis::logs {
namespace {

using test::kMinute;
using test::kSecond;
using test::kStart;
using test::Logbook;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr model::Nanos kBreak = kStart + kMinute;

// front → cart → price: each says what it begins and what it has done.
Logbook requests(bool price_dies) {
    Logbook book;
    book.every(10 * kSecond, [&](model::Nanos time, int n) {
        const std::string trace = "t" + std::to_string(n);
        const bool broken = price_dies && time >= kBreak;
        const auto say = [&](const char* who, int ms, const std::string& what) {
            book.write(who, time + ms * 1'000'000, 9, what, trace);
        };
        say("front", 0, "order " + std::to_string(n) + " accepted");
        say("cart", 10, "asking for the price of " + std::to_string(n));
        if (!broken) say("price", 20, "price asked for " + std::to_string(n));
        if (!broken) say("price", 30, "price found for " + std::to_string(n));
        if (!broken) say("cart", 40, "price is " + std::to_string(n));
        say("front", 50, "order " + std::to_string(n) + " answered");
    });
    return book;
}

TEST(LogFlows, a_broken_request_is_blamed_on_who_should_have_spoken_next) {
    const Detection detection = requests(true).clues();
    const Finding* price = test::find(detection, "log_vanished", "price");
    ASSERT_NE(price, nullptr);
    EXPECT_GT(price->surprise, 4);
    EXPECT_FALSE(price->counterpart.has_value());
    EXPECT_EQ(*price->clue.onset, kBreak + 10'000'000);
    EXPECT_THAT(price->clue.statement,
                testing::HasSubstr("missing in 24 of 24 requests, before in 0 of 366."));
    EXPECT_THAT(test::unproven(detection, *price), IsEmpty());
    const Finding* cart = test::find(detection, "log_vanished", "cart");
    ASSERT_NE(cart, nullptr);
    ASSERT_TRUE(cart->counterpart.has_value());
    EXPECT_EQ(cart->counterpart->name, "price");
    EXPECT_EQ(test::find(detection, "log_vanished", "front"), nullptr);
}

TEST(LogFlows, whole_requests_and_another_mix_of_them_are_no_news) {
    EXPECT_THAT(requests(false).clues().findings, IsEmpty());
    Logbook book = requests(false);
    for (int i = 0; i < 60; ++i) {
        const std::string trace = "other" + std::to_string(i);
        const model::Nanos time = kStart + i * 4 * kSecond;
        book.write("shop", time, 9, "basket shown", trace);
        book.write("cart", time + 1'000'000, 9, "asking for the price of " + std::to_string(i),
                   trace);
    }
    EXPECT_EQ(test::find(book.clues(), "log_vanished", "price"), nullptr);
}

// A search takes as many turns as there are trains, and says in every turn what it has found.
// Both ends of a journey are told by statements of the same words.
struct Turns {
    int usual = 4;
    int now = 4;
    bool one_end_only = false;  // since kBreak
};

Logbook searches(const Turns& turns) {
    Logbook book;
    book.every(10 * kSecond, [&](model::Nanos time, int n) {
        const std::string trace = "t" + std::to_string(n);
        const bool late = time >= kBreak;
        const auto say = [&](int ms, const std::string& what) {
            book.write("travel", time + ms * 1'000'000, 9, what, trace);
        };
        say(0, "searching from town " + std::to_string(n));
        for (int turn = 0; turn < (late ? turns.now : turns.usual); ++turn) {
            const std::string number = std::to_string(n * 7 + turn);
            say(10 + turn * 10, "seats left in train " + number);
            say(12 + turn * 10, "distance of stop is " + number);
            if (!late || !turns.one_end_only) say(14 + turn * 10, "distance of stop is 9" + number);
        }
        say(90, "search " + std::to_string(n) + " answered");
    });
    return book;
}

TEST(LogFlows, one_of_two_equal_statements_left_out_of_every_turn_is_told) {
    const Detection detection = searches({.one_end_only = true}).clues();
    const Finding* travel = test::find(detection, "log_vanished", "travel");
    ASSERT_NE(travel, nullptr);
    EXPECT_GT(travel->surprise, 4);
    EXPECT_TRUE(travel->clue.current);
    EXPECT_FALSE(travel->counterpart.has_value());
    EXPECT_THAT(travel->clue.statement, HasSubstr("travel leaves out steps since"));
    EXPECT_THAT(travel->clue.statement,
                HasSubstr("is written less often than usual in 24 of 24 requests"));
    EXPECT_THAT(test::unproven(detection, *travel), IsEmpty());
}

TEST(LogFlows, a_loop_with_fewer_or_more_turns_is_no_news) {
    EXPECT_THAT(searches({.now = 2}).clues().findings, IsEmpty());
    EXPECT_EQ(test::find(searches({.usual = 2, .now = 5}).clues(), "log_vanished", "travel"),
              nullptr);
}

// Only the last minute of the baseline was recorded: six requests vouch for nothing by themselves,
// but with those of the window that were whole they do.
TEST(LogFlows, trouble_that_begins_late_in_the_window_is_told_by_its_whole_beginning) {
    constexpr model::Nanos kLate = kStart + 3 * kMinute;
    Logbook book;
    for (model::Nanos time = kStart - kMinute; time < kStart + 5 * kMinute; time += 10 * kSecond) {
        const std::string trace = "t" + std::to_string(time / kSecond);
        book.write("cart", time, 9, "asking for the price", trace);
        if (time < kLate) book.write("price", time + 1'000'000, 9, "price asked for", trace);
        if (time < kLate) book.write("price", time + 2'000'000, 9, "price was found", trace);
        book.write("cart", time + 5'000'000, 9, "order is answered", trace);
    }
    book.coverage = {{"logs",
                      true,
                      model::Outcome::Answered,
                      100,
                      {{kStart - kMinute, kStart + 5 * kMinute}},
                      "",
                      ""}};
    const Detection detection = book.clues();
    const Finding* price = test::find(detection, "log_vanished", "price");
    ASSERT_NE(price, nullptr);
    EXPECT_GT(price->surprise, 4);
    EXPECT_EQ(*price->clue.onset, kLate);
    EXPECT_THAT(price->clue.statement,
                HasSubstr("missing in 12 of 12 requests, before in 0 of 24."));
}

// A service that waits in some requests for another one, and in others leaves out its own work, is
// told of twice: what it waits for does not excuse what it does not do.
TEST(LogFlows, waiting_for_somebody_does_not_hide_an_own_silence) {
    Logbook book;
    book.every(10 * kSecond, [&](model::Nanos time, int n) {
        const std::string trace = "t" + std::to_string(n);
        const bool late = time >= kBreak;
        const auto say = [&](const char* who, int ms, const std::string& what) {
            book.write(who, time + ms * 1'000'000, 9, what, trace);
        };
        say("cart", 0, "asking for the price");
        if (late && n % 3 != 0) return;  // price does not answer two in three
        say("price", 10, "price asked for");
        say("price", 20, "price was found");
        say("cart", 30, "price is there");
        if (!late) say("cart", 40, "discount is taken off");
        say("cart", 50, "order is answered");
    });
    const Detection detection = book.clues();
    bool waits = false, own = false;
    for (const Finding& finding : detection.findings) {
        if (finding.clue.kind != "log_vanished" || finding.clue.entity.name != "cart") continue;
        (finding.counterpart ? waits : own) = true;
        if (finding.counterpart) continue;
        EXPECT_THAT(finding.clue.statement, HasSubstr("discount is taken off"));
    }
    EXPECT_TRUE(waits);
    EXPECT_TRUE(own);
}

TEST(LateAlert, what_lies_between_baseline_and_a_known_onset_belongs_to_the_window) {
    const model::Nanos end = kStart + 10 * kMinute;
    EXPECT_EQ(first_looked_at({kStart, end, kStart - kMinute, kStart}), kStart);
    EXPECT_EQ(first_looked_at({kStart, end, kStart - 9 * kMinute, kStart - 2 * kMinute}),
              kStart - 2 * kMinute);
    EXPECT_EQ(first_looked_at({kStart, end, kStart - 90 * kMinute, kStart - 60 * kMinute}),
              kStart - 3 * kMinute);
    EXPECT_EQ(first_looked_at({kStart, end, 0, 0}), kStart);
}

TEST(LateAlert, first_signs_before_a_late_onset_are_found) {
    Logbook book = requests(true);
    model::Incident incident;
    incident.window = test::window();
    // Somebody says that it began three minutes later than it did; the baseline ends where it did.
    incident.window.start = kBreak + 2 * kMinute;
    std::erase_if(book.records, [&](const model::LogRecord& record) {
        return record.time >= kBreak + 2 * kMinute;
    });
    const LogDigest digest = digest_of(book.records, incident.window, {});
    const Topology topology{std::vector<model::Edge>{}};
    Detection detection{model::Scope{}};
    const model::Signals signals;
    find_log_clues({incident, signals, digest, topology}, detection);
    EXPECT_NE(test::find(detection, "log_vanished", "price"), nullptr);
}

}  // namespace
}  // namespace insight::analysis::logs
