#include "agent/outcomes/signal_check.h"

#include <gmock/gmock.h>

namespace insight::outcomes {
namespace {

using Is = SignalState::Is;
using base::Json;
using testing::HasSubstr;

class AlertNow : public testing::Test {
  protected:
    AlertNow() {
        model::Alert alert;
        alert.labels = {{"alertname", "OrdersSlow"}, {"service", "orders"}, {"cluster", "lab"}};
        incident.alerts = {alert};
        asked(model::Outcome::Answered);
    }
    void asked(model::Outcome outcome, const std::string& note = "") {
        model::CoverageRow row;
        row.source = "prometheus/main";
        row.query = "alerts";
        row.outcome = outcome;
        row.note = note;
        signals.coverage = {row};
    }
    void told(const std::string& alert, const std::string& state, const std::string& labels) {
        signals.databases.push_back({"prometheus",
                                     "main",
                                     "alerts",
                                     1,
                                     {{"alert", alert}, {"state", state}, {"labels", labels}}});
    }
    [[nodiscard]] SignalState read() const { return read_signal(signals, incident); }

    model::Incident incident;
    model::Signals signals;
};

TEST_F(AlertNow, an_alert_that_is_not_told_is_quiet) {
    told("CartSlow", "firing", "service=cart");
    EXPECT_EQ(read().is, Is::Quiet);
    EXPECT_THAT(read().words, HasSubstr("OrdersSlow is neither firing nor pending"));
}

TEST_F(AlertNow, external_labels_are_not_among_what_the_server_tells) {
    told("OrdersSlow", "firing", "service=orders");
    EXPECT_EQ(read().is, Is::Active);
}

TEST_F(AlertNow, the_same_alert_of_another_service_is_another_one) {
    told("OrdersSlow", "firing", "service=orders-eu");
    told("OrdersSlow", "pending", "namespace=x, service=cart");
    EXPECT_EQ(read().is, Is::Quiet);
}

TEST_F(AlertNow, pending_is_not_quiet) {
    told("OrdersSlow", "pending", "service=orders");
    EXPECT_EQ(read().is, Is::Active);
}

TEST_F(AlertNow, who_could_not_be_asked_knows_nothing) {
    for (const auto outcome : {model::Outcome::Failed, model::Outcome::TimedOut,
                               model::Outcome::Denied, model::Outcome::Truncated}) {
        asked(outcome);
        EXPECT_EQ(read().is, Is::Unknown);
    }
    asked(model::Outcome::Empty, "this server does not offer it");
    EXPECT_EQ(read().is, Is::Unknown);
    asked(model::Outcome::Empty);
    EXPECT_EQ(read().is, Is::Quiet) << "no alert at all";
    signals.coverage.clear();
    EXPECT_EQ(read().is, Is::Unknown);
}

TEST_F(AlertNow, the_expression_of_the_alert_says_its_value) {
    signals.metrics.push_back({"rate(errors_total[5m])",
                               {{"alertname", "OrdersSlow"}},
                               "",
                               model::SeriesType::Gauge,
                               {{1, 9}, {2, 0.25}}});
    EXPECT_THAT(read().words, HasSubstr("rate(errors_total[5m]) is 0.25"));
}

}  // namespace
}  // namespace insight::outcomes
