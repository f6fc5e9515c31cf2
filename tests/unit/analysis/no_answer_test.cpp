// A data store that answers no more, as the rows of its last answer and of the refusal tell it.
#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr Nanos kLast = kStart + 2 * kMinute;

model::Signals silent(const char* reason, Nanos last = kLast,
                      const std::string& system = "postgresql") {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= last; time += kMinute)
        signals.databases.push_back(
            row(system == "redis" ? "clients" : "connections", time,
                {{system == "redis" ? "name" : "application_name", "checkout"},
                 {"user", "app"},
                 {"count", 4}},
                system));
    signals.databases.push_back(row(
        "refused", window().end, {{"reason", reason}, {"message", "Connection refused"}}, system));
    return signals;
}

TEST(NoAnswer, of_a_server_that_did_answer_is_the_cause_with_its_users_hurt) {
    const model::Report report = report_on(silent("unreachable"));
    ASSERT_EQ(first_class(report), "database_down");
    const model::Cause& cause = report.causes.front();
    EXPECT_THAT(cause.statement, HasSubstr("orders-db does not answer any more"));
    EXPECT_THAT(cause.statement, HasSubstr("no connection to it can be made"));
    EXPECT_THAT(cause.statement, testing::Not(HasSubstr("unproven")));
    EXPECT_EQ(cause.onset, kLast);
    ASSERT_FALSE(report.impact.services.empty());
    EXPECT_EQ(report.impact.services.front().entity.name, "checkout");
}

TEST(NoAnswer, is_told_of_every_kind_of_data_store) {
    for (const char* system : {"postgresql", "redis", "neo4j", "elasticsearch"})
        EXPECT_EQ(first_class(report_on(silent("no_answer", kLast, system))), "database_down")
            << system;
}

// The address in the configuration may be wrong: nothing of it was ever seen.
TEST(NoAnswer, of_a_server_that_never_answered_is_no_cause) {
    model::Signals signals = silent("unreachable");
    std::erase_if(signals.databases, [](const auto& row) { return row.view != "refused"; });
    EXPECT_NE(first_class(report_on(signals)), "database_down");
}

TEST(NoAnswer, is_over_where_it_answered_after_all) {
    model::Signals signals = silent("no_answer");
    signals.databases.push_back(
        row("connections", window().end + kSecond, {{"application_name", "checkout"}}));
    EXPECT_NE(first_class(report_on(signals)), "database_down");
}

TEST(NoAnswer, is_not_told_where_the_server_turned_us_away_for_another_reason) {
    EXPECT_NE(first_class(report_on(silent("too_many_for_role"))), "database_down");
}

}  // namespace
}  // namespace insight::analysis
