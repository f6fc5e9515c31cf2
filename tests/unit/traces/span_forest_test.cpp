#include "analysis/traces/span_forest.h"

#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using test::kMilli;
using test::kStart;
using test::span;

std::uint32_t parent_of(const SpanForest& forest, std::size_t at) {
    return forest.nodes()[at].parent;
}

TEST(SpanForest, a_span_whose_parent_is_missing_becomes_a_root) {
    const std::vector<model::Span> spans{span("t", "b", "gone", "till", "work", kStart, kMilli),
                                         span("t", "c", "b", "till", "more", kStart, kMilli)};
    const SpanForest forest(spans);
    EXPECT_EQ(parent_of(forest, 0), kNone);
    EXPECT_EQ(parent_of(forest, 1), 0U);
    EXPECT_EQ(forest.order(), (std::vector<std::uint32_t>{0, 1}));
}

TEST(SpanForest, equal_span_ids_of_different_traces_are_different_spans) {
    const std::vector<model::Span> spans{span("t1", "a", "", "till", "work", kStart, kMilli),
                                         span("t2", "a", "", "till", "work", kStart, kMilli),
                                         span("t2", "b", "a", "till", "more", kStart, kMilli)};
    EXPECT_EQ(parent_of(SpanForest(spans), 2), 1U);
}

TEST(SpanForest, a_repeated_span_counts_once) {
    const model::Span twice = span("t", "b", "a", "till", "work", kStart, kMilli);
    const std::vector<model::Span> spans{span("t", "a", "", "till", "root", kStart, kMilli), twice,
                                         twice};
    const SpanForest forest(spans);
    EXPECT_TRUE(forest.nodes()[2].dropped);
    EXPECT_EQ(forest.order().size(), 2U);
}

TEST(SpanForest, halves_of_a_call_that_share_an_id_are_caller_and_callee) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "till", "GET", kStart, 9 * kMilli, "client"),
        span("t", "a", "", "prices", "/price", kStart + kMilli, 7 * kMilli, "server"),
        span("t", "b", "a", "prices", "inner", kStart + 2 * kMilli, kMilli)};
    const SpanForest forest(spans);
    EXPECT_EQ(parent_of(forest, 1), 0U);
    EXPECT_EQ(parent_of(forest, 2), 1U);
}

TEST(SpanForest, cycles_are_cut_and_every_span_is_kept) {
    const std::vector<model::Span> spans{span("t", "a", "c", "till", "a", kStart, kMilli),
                                         span("t", "b", "a", "till", "b", kStart, kMilli),
                                         span("t", "c", "b", "till", "c", kStart, kMilli),
                                         span("t", "self", "self", "till", "d", kStart, kMilli)};
    const SpanForest forest(spans);
    EXPECT_EQ(forest.order().size(), 4U);
    EXPECT_EQ(parent_of(forest, 3), kNone);
}

TEST(SpanForest, roles_are_inferred_from_the_entities_around) {
    const std::vector<model::Span> spans{
        span("t", "root", "", "till", "POST /sale", kStart, 9 * kMilli),
        span("t", "call", "root", "till", "prices.Get", kStart, 8 * kMilli),
        span("t", "answer", "call", "prices", "Prices/Get", kStart, 7 * kMilli),
        span("t", "inner", "answer", "prices", "compute", kStart, 6 * kMilli)};
    const SpanForest forest(spans);
    EXPECT_EQ(forest.nodes()[0].role, Role::Server);
    EXPECT_EQ(forest.nodes()[1].role, Role::Client);
    EXPECT_EQ(forest.nodes()[2].role, Role::Server);
    EXPECT_EQ(forest.nodes()[3].role, Role::Internal);
}

TEST(SpanForest, a_declared_kind_wins) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "till", "send", kStart, kMilli, "PRODUCER"),
        span("t", "b", "a", "ledger", "receive", kStart + kMilli, kMilli, "CONSUMER")};
    const SpanForest forest(spans);
    EXPECT_EQ(forest.nodes()[0].role, Role::Client);
    EXPECT_EQ(forest.nodes()[1].role, Role::Server);
}

TEST(SpanForest, a_failure_handler_says_that_its_parent_failed) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "prices", "/price", kStart, kMilli),
        span("t", "b", "a", "prices", "ErrorController.error", kStart, kMilli)};
    EXPECT_TRUE(SpanForest(spans).nodes()[0].failed);
}

TEST(SpanForest, a_deep_chain_and_a_wide_fan_are_walked_once) {
    std::vector<model::Span> spans{span("t", "0", "", "till", "root", kStart, kMilli)};
    for (int i = 1; i < 50'000; ++i)
        spans.push_back(span("t", std::to_string(i), i % 2 == 0 ? "0" : std::to_string(i - 1),
                             "till", "step", kStart, kMilli));
    const SpanForest forest(spans);
    EXPECT_EQ(forest.order().size(), spans.size());
    std::vector<bool> visited(spans.size(), false);
    for (const std::uint32_t at : forest.order()) {
        EXPECT_FALSE(visited[at]);
        visited[at] = true;
        const std::uint32_t parent = parent_of(forest, at);
        EXPECT_TRUE(parent == kNone || visited[parent]);
    }
}

TEST(SpanForest, nothing_gives_nothing) {
    EXPECT_TRUE(SpanForest({}).order().empty());
    const std::vector<model::Span> blank(3);  // no ids, no names, no times
    EXPECT_EQ(SpanForest(blank).nodes().size(), 3U);
}

}  // namespace
}  // namespace insight::analysis::traces
