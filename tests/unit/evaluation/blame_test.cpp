#include "agent/evaluation/blame.h"

#include <gmock/gmock.h>

#include "agent/evaluation/position.h"
#include "tests/unit/evaluation/reports.h"

namespace insight::evaluation {
namespace {

using model::Verdict;

std::optional<double> rank_of(const LabelledCase& label, const std::vector<model::Cause>& causes,
                              const Pods& pods = {}) {
    return judged(label, report_of(Verdict::Cause, 0.5, causes), pods).rank();
}

TEST(Blame, of_a_pod_counts_for_its_service_and_the_other_way_round) {
    Pods pods;
    pods.learn("web-a", "orders");
    EXPECT_EQ(rank_of(at_service("orders"), {blame("web-a", 0.6)}, pods), 1);
    LabelledCase pod_only;
    pod_only.causes = {{"", "web-a", "", "", ""}};
    EXPECT_EQ(rank_of(pod_only, {blame("orders", 0.6)}, pods), 1);
    EXPECT_EQ(rank_of(pod_only, {blame("web-a", 0.6)}, {}), 1);
    EXPECT_EQ(rank_of(pod_only, {blame("payments", 0.6)}, pods), std::nullopt);
}

TEST(Blame, of_a_pod_whose_labels_are_missing_goes_by_the_name_kubernetes_gave_it) {
    const Pods none;
    EXPECT_EQ(none.service_of("orders-api-6c9f7d5b8-x2x4z"), "orders-api");
    EXPECT_EQ(none.service_of("orders"), "orders");
    EXPECT_EQ(none.service_of("orders-api-gateway"), "orders-api-gateway") << "no template hash";
    EXPECT_EQ(none.service_of("orders-0"), "orders-0");
    EXPECT_EQ(rank_of(at_service("orders-api"), {blame("orders-api-6c9f7d5b8-x2x4z", 0.6)}), 1);
}

TEST(Blame, labels_of_signals_say_which_pod_is_whose) {
    model::Signals signals;
    signals.metrics = {{"m", {{"k8s.pod.name", "p1"}, {"service.name", "orders"}}, "", {}, {}}};
    signals.spans.resize(1);
    signals.spans[0].attributes = {{"k8s.pod.name", "p2"}, {"service.name", "mail"}};
    Pods pods;
    pods.learn(signals);
    EXPECT_EQ(pods.service_of("p1"), "orders");
    EXPECT_EQ(pods.service_of("p2"), "mail");
}

TEST(Blame, of_one_service_twice_is_one_answer) {
    const std::vector<model::Cause> causes{blame("a", 0.5), blame("a", 0.3), blame("b", 0.1)};
    EXPECT_EQ(rank_of(at_service("b"), causes), 2);
}

TEST(Blame, of_a_change_is_the_first_one_its_evidence_cites) {
    model::Report report = report_of(Verdict::Cause, 0.7,
                                     {blame("x", 0.2, {"E1"}), blame("orders", 0.6, {"E2", "E3"})});
    model::Evidence series;
    series.id = "E1";
    series.content = {{"kind", "series"}};
    report.evidence = {series, change_evidence("E2", "c2"), change_evidence("E3", "c3")};
    const std::vector<Blamed> blamed = blamed_in(report);
    ASSERT_EQ(blamed.size(), 2U);
    EXPECT_EQ(blamed[0].change, "c2") << "the most probable comes first, whatever the order";
    EXPECT_EQ(blamed[1].change, "");
    EXPECT_EQ(judged(at_change("c2"), report).rank(), 1);
    EXPECT_EQ(judged(at_change("c3"), report).rank(), std::nullopt);
}

TEST(Blame, that_ties_gets_the_expected_rank) {
    const auto rank = [](std::vector<Blamed> answers) { return expected_rank(answers); };
    EXPECT_EQ(rank({{"a", "", 0.5, true}, {"b", "", 0.5, false}}), 1.5);
    EXPECT_EQ(rank({{"a", "", 0.5, false}, {"b", "", 0.5, true}}), 1.5) << "order says nothing";
    EXPECT_EQ(rank({{"a", "", 0.9, false},
                    {"b", "", 0.5, true},
                    {"c", "", 0.5, false},
                    {"d", "", 0.5, false}}),
              3)
        << "1 before, then the middle of 3";
    EXPECT_DOUBLE_EQ(*rank({{"a", "", 0.5, true}, {"b", "", 0.5, true}, {"c", "", 0.5, false}}),
                     4.0 / 3)
        << "two of three are right";
    EXPECT_EQ(rank({{"a", "", 0.9, false}}), std::nullopt);
    EXPECT_EQ(rank({}), std::nullopt);
}

TEST(Prior, ranks_by_the_labels_of_the_other_cases_of_the_set) {
    const std::vector<LabelledCase> cases{at_service("a", "x/1"), at_service("a", "x/2"),
                                          at_service("a", "x/1"), at_service("b", "x/1"),
                                          at_service("b", "x/2"), at_service("c", "y"),
                                          at_service("d", "y")};
    EXPECT_EQ(prior_entity_rank(cases, 0), 1.5) << "a and b are left with two each";
    EXPECT_EQ(prior_entity_rank(cases, 3), 2) << "a three times, b once";
    EXPECT_EQ(prior_entity_rank(cases, 5), std::nullopt) << "c is known from nowhere else";
    EXPECT_EQ(prior_change_rank(cases, 0), std::nullopt);
}

}  // namespace
}  // namespace insight::evaluation
