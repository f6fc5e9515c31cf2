#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using namespace test;

TEST(TraceClues, healthy_traffic_is_silent) {
    std::size_t windows_with_findings = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const Detection found = detect(Shop(seed).traffic({}));
        windows_with_findings += found.findings.empty() ? 0 : 1;
        EXPECT_GT(found.examined.at("traces"), 5U);
    }
    EXPECT_LE(windows_with_findings, 1U);
}

// Garbage collections, retries and caches: slow now and then, in the baseline as well.
TEST(TraceClues, healthy_traffic_with_a_slow_tail_is_silent) {
    std::size_t windows_with_findings = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 engine(seed);
        const Detection found = detect(Shop(seed).traffic([&](Nanos, std::size_t, Request& of) {
            if (engine() % 12 == 0) of.price += 150;
            if (engine() % 20 == 0) of.stock_wire += 40;
            if (engine() % 30 == 0) of.price_fails = true;
        }));
        windows_with_findings += found.findings.empty() ? 0 : 1;
    }
    EXPECT_LE(windows_with_findings, 2U);
}

TEST(TraceClues, a_window_without_spans_examined_nothing) {
    const Detection found = detect(model::Signals{});
    EXPECT_TRUE(found.findings.empty());
    EXPECT_FALSE(found.examined.contains("traces"));
}

TEST(TraceClues, findings_and_evidence_are_bounded) {
    // a hundred services, all of them slow in ten operations each
    model::Signals signals;
    for (int i = 0; i < 160; ++i)
        for (int service = 0; service < 100; ++service)
            for (int operation = 0; operation < 4; ++operation) {
                const Nanos time = kStart - kMinute + i * kSecond;
                signals.spans.push_back(span(
                    std::to_string(i * 1000 + service), std::to_string(operation), "",
                    "service" + std::to_string(service), "operation" + std::to_string(operation),
                    time, (time < kStart || service % 3 != 0 ? 5 : 50'000) * kMilli));
            }
    const Detection found = detect(signals);
    EXPECT_FALSE(found.findings.empty());
    EXPECT_LE(found.findings.size(), 60U);
    for (const model::Evidence& evidence : found.evidence.all())
        EXPECT_LE(evidence.content.at("rows").size(), 20U);
}

TEST(TraceClues, the_same_spans_give_the_same_bytes) {
    const Trouble trouble = [](Nanos time, std::size_t, Request& request) {
        if (time >= kStart) request.price_wire += 100;
    };
    const Detection one = detect(Shop().traffic(trouble));
    const Detection two = detect(Shop().traffic(trouble));
    ASSERT_EQ(one.findings.size(), two.findings.size());
    for (std::size_t i = 0; i < one.findings.size(); ++i) {
        EXPECT_EQ(one.findings[i].clue.statement, two.findings[i].clue.statement);
        EXPECT_EQ(one.findings[i].clue.evidence, two.findings[i].clue.evidence);
    }
}

}  // namespace
}  // namespace insight::analysis::traces
