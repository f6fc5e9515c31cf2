#include <gmock/gmock.h>

#include <random>

#include "tests/unit/logs/records.h"

namespace insight::analysis::logs {
namespace {

using test::kMinute;
using test::kSecond;
using test::kStart;
using test::Logbook;
using testing::IsEmpty;

constexpr model::Nanos kOnset = kStart + kMinute;

// Three services that do their usual work, with the usual scatter.
Logbook usual(unsigned seed = 7) {
    Logbook book;
    std::mt19937 random(seed);
    book.every(kSecond, [&](model::Nanos time, int n) {
        const model::Nanos at = time + static_cast<model::Nanos>(random() % kSecond);
        book.write(
            "cart", at, 9,
            "added item " + std::to_string(n) + " in " + std::to_string(random() % 90) + " ms");
        if (random() % 3 == 0) book.write("mail", at, 9, "mail " + std::to_string(n) + " queued");
        if (random() % 40 == 0)
            book.write("mail", at, 13, "retry " + std::to_string(n) + " of queue");
        if (random() % 2 == 0)
            book.write("stock", at, 9, "checked shelf=" + std::to_string(random() % 30));
    });
    return book;
}

TEST(LogClues, a_healthy_window_is_silent) {
    for (unsigned seed = 1; seed <= 20; ++seed)
        EXPECT_THAT(usual(seed).clues().findings, IsEmpty()) << "seed " << seed;
}

TEST(LogClues, twice_the_traffic_is_no_news) {
    Logbook book = usual();
    const std::vector<model::LogRecord> once = book.records;
    for (const model::LogRecord& record : once)
        if (record.time >= kStart) book.records.push_back(record);
    for (const Finding& finding : book.clues().findings)
        EXPECT_LT(finding.surprise * finding.harm, 1) << finding.clue.statement;
}

TEST(LogClues, a_new_error_is_quoted_with_its_counts_and_its_beginning) {
    Logbook book = usual();
    for (int i = 0; i < 40; ++i)
        book.write("cart", kOnset + i * 5 * kSecond, 17,
                   "2026-11-20 10:00:0" + std::to_string(i % 10) + " ERROR [main] reserving sku-" +
                       std::to_string(i) + " failed: shelf is locked");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_new", "cart");
    ASSERT_NE(finding, nullptr);
    EXPECT_GT(finding->surprise, 4);
    EXPECT_EQ(finding->clue.onset, kOnset);
    EXPECT_TRUE(finding->clue.current);
    EXPECT_EQ(finding->aspect, Aspect::Errors);
    EXPECT_EQ(finding->pod, "cart-7f9c-x2");
    EXPECT_THAT(finding->clue.statement, testing::HasSubstr("40 times in 300 s"));
    EXPECT_THAT(finding->clue.statement, testing::HasSubstr("failed: shelf is locked`"));
    EXPECT_THAT(test::unproven(detection, *finding), IsEmpty());
    EXPECT_GT(detection.examined.at("logs"), 3U);
}

TEST(LogClues, an_error_that_ended_is_not_current) {
    Logbook book = usual();
    for (int i = 0; i < 40; ++i) book.write("cart", kStart + i * kSecond, 17, "shelf is locked");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_new", "cart");
    ASSERT_NE(finding, nullptr);
    EXPECT_FALSE(finding->clue.current);
}

TEST(LogClues, a_surge_of_a_known_error_is_told_with_what_was_expected) {
    Logbook book = usual();
    book.every(30 * kSecond,
               [&](model::Nanos time, int) { book.write("stock", time, 17, "query failed"); });
    for (int i = 0; i < 120; ++i) book.write("stock", kOnset + i * 2 * kSecond, 17, "query failed");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_surge", "stock");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->clue.statement, testing::ContainsRegex("instead of about 1[0-2]"));
    EXPECT_LE(std::abs(*finding->clue.onset - kOnset), 10 * kSecond);
    EXPECT_THAT(test::unproven(detection, *finding), IsEmpty());
}

// Lines without a request cannot be held against the requests of the window.
TEST(LogClues, what_is_usual_of_lines_without_requests_is_told_by_time) {
    for (const bool few : {true, false}) {  // … whether the baseline has a few requests or none
        Logbook book = usual();
        // Requests are named from the window on.
        for (model::LogRecord& record : book.records)
            if (record.time >= kStart) record.trace_id = "t" + std::to_string(record.time);
        if (few) book.write("stock", kStart - 9 * kMinute, 9, "checked shelf=7", "t7");
        book.every(30 * kSecond,
                   [&](model::Nanos time, int) { book.write("stock", time, 17, "query failed"); });
        for (int i = 0; i < 60; ++i)
            book.write("stock", kOnset + i * 4 * kSecond, 17, "query failed",
                       "q" + std::to_string(i));
        const Detection detection = book.clues();
        const Finding* finding = test::find(detection, "log_surge", "stock");
        ASSERT_NE(finding, nullptr);
        EXPECT_THAT(finding->clue.statement,
                    testing::HasSubstr("70 times in 300 s instead of about 10."));
        EXPECT_EQ(detection.findings.size(), 1U) << detection.findings.back().clue.statement;
    }
}

TEST(LogClues, more_work_than_before_is_not_told_as_what_is_usual) {
    Logbook book;
    book.every(kSecond, [&](model::Nanos time, int n) {
        for (int i = 0; i < (time < kStart ? 1 : 5); ++i)
            book.write("stock", time + i, 9, "checked shelf=" + std::to_string(n % 30));
        if (n % 60 == 0) book.write("stock", time, 17, "query failed");
    });
    for (int i = 0; i < 295; ++i) book.write("stock", kStart + i * kSecond, 17, "query failed");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_surge", "stock");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->clue.statement,
                testing::HasSubstr("300 times in 300 s instead of about 5."));
}

TEST(LogClues, an_error_that_names_another_service_points_there) {
    Logbook book = usual();
    for (int i = 0; i < 40; ++i)
        book.write("cart", kOnset + i * 5 * kSecond, 17,
                   "POST http://stock:8080/reserve: connection refused");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_new", "cart");
    ASSERT_NE(finding, nullptr);
    ASSERT_TRUE(finding->counterpart.has_value());
    EXPECT_EQ(finding->counterpart->name, "stock");
    EXPECT_EQ(finding->view, View::Seen);
    EXPECT_FALSE(finding->mechanism.has_value());
}

TEST(LogClues, an_exception_of_its_own_is_a_mechanism) {
    Logbook book = usual();
    for (int i = 0; i < 40; ++i)
        book.write("cart", kOnset + i * 5 * kSecond, 17,
                   "request failed\njava.lang.NullPointerException: item\n\tat "
                   "shop.Cart.add(Cart.java:10)\n");
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_new", "cart");
    ASSERT_NE(finding, nullptr);
    ASSERT_TRUE(finding->mechanism.has_value());
    EXPECT_EQ(finding->mechanism->cause_class, "unhandled_exception");
    EXPECT_THAT(test::unproven(detection, *finding), IsEmpty());
}

TEST(LogClues, an_entity_that_falls_silent_is_told) {
    Logbook book = usual();
    std::erase_if(book.records, [](const model::LogRecord& record) {
        return record.attributes.at("service.name") == "stock" && record.time >= kOnset;
    });
    const Detection detection = book.clues();
    const Finding* finding = test::find(detection, "log_volume", "stock");
    ASSERT_NE(finding, nullptr);
    EXPECT_LE(std::abs(*finding->clue.onset - kOnset), 10 * kSecond);
    EXPECT_THAT(test::unproven(detection, *finding), IsEmpty());
    EXPECT_EQ(test::find(detection, "log_volume", "cart"), nullptr);
}

TEST(LogClues, seconds_without_an_answer_are_no_silence) {
    Logbook book = usual();
    book.coverage = {{"logs",
                      true,
                      model::Outcome::Answered,
                      1,
                      {{kStart - 10 * kMinute, kStart - 8 * kMinute}, {kStart, kStart + kMinute}},
                      "",
                      ""}};
    std::erase_if(book.records, [](const model::LogRecord& record) {
        return !((record.time >= kStart - 10 * kMinute && record.time <= kStart - 8 * kMinute) ||
                 (record.time >= kStart && record.time <= kStart + kMinute));
    });
    EXPECT_THAT(book.clues().findings, IsEmpty());
}

TEST(LogClues, names_and_the_time_of_day_do_not_matter) {
    Logbook book = usual();
    for (int i = 0; i < 40; ++i)
        book.write("cart", kOnset + i * 5 * kSecond, 17, "shelf is locked");
    Logbook renamed = book;
    for (model::LogRecord& record : renamed.records)
        record.attributes["service.name"] = "z" + record.attributes["service.name"];
    const Detection a = book.clues(), b = renamed.clues();
    ASSERT_EQ(a.findings.size(), b.findings.size());
    for (std::size_t i = 0; i < a.findings.size(); ++i) {
        EXPECT_EQ("z" + a.findings[i].clue.entity.name, b.findings[i].clue.entity.name);
        EXPECT_DOUBLE_EQ(a.findings[i].surprise, b.findings[i].surprise);
    }
}

}  // namespace
}  // namespace insight::analysis::logs
