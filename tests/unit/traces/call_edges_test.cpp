#include "analysis/traces/call_edges.h"

#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

std::vector<std::string> texts(const std::vector<model::Edge>& edges) {
    std::vector<std::string> out;
    for (const model::Edge& edge : edges)
        out.push_back(edge.from + " " + edge.kind + " " + edge.to);
    return out;
}

TEST(CallEdges, every_caller_and_callee_gives_one_edge) {
    EXPECT_EQ(texts(edges_of(test::Shop().traffic({}).spans)),
              (std::vector<std::string>{"prices calls pricelist", "till calls prices",
                                        "till calls stock"}));
}

TEST(CallEdges, a_lost_parent_or_a_nameless_service_gives_none) {
    std::vector<model::Span> spans{
        test::span("t", "a", "gone", "till", "work", test::kStart, test::kMilli),
        test::span("t", "b", "a", "", "work", test::kStart, test::kMilli)};
    spans[1].attributes.clear();
    EXPECT_TRUE(edges_of(spans).empty());
}

TEST(CallEdges, there_are_never_more_than_asked_for) {
    std::vector<model::Span> spans{
        test::span("t", "a", "", "till", "work", test::kStart, test::kMilli)};
    for (int i = 0; i < 50; ++i)
        spans.push_back(test::span("t", "c" + std::to_string(i), "a", "shelf" + std::to_string(i),
                                   "take", test::kStart, test::kMilli));
    EXPECT_EQ(edges_of(spans, 10).size(), 10U);
}

}  // namespace
}  // namespace insight::analysis::traces
