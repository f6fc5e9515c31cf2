// Which change is blamed, if any, where all that is known of most is when and where they were made.
#include <gmock/gmock.h>

#include "tests/unit/analysis/estate.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

model::Change change(const std::string& kind, const std::string& who, Nanos time,
                     const std::string& diff = "") {
    model::Change out;
    out.kind = kind;
    out.entity = who;
    out.time = time;
    out.summary = kind + " of " + who;
    out.ref = who + "@" + std::to_string(time / kSecond);
    out.diff = diff;
    return out;
}

model::Change deploy(const std::string& who, Nanos time) {
    return change("deploy", who, time);
}

std::string setting(const std::string& before, const std::string& after) {
    return "--- a/settings.yaml\n+++ b/settings.yaml\n@@ -3,1 +3,1 @@\n-" + before + "\n+" + after +
           "\n";
}

// Deploys of others: hours apart from what happens, and one at the same minute that has nothing to
// do with it.
std::vector<model::Change> of_others(const std::string& culprit) {
    return {deploy("catalog", kOnset - 5 * kMinute),
            deploy(culprit == "payment" ? "stock" : "payment", kOnset - 20 * kMinute),
            deploy("front", kOnset - 35 * kMinute), deploy("catalog", kOnset + 2 * kMinute),
            deploy("newsletter", kOnset - kMinute / 2)};
}

// Somebody deploys something every few minutes.
std::vector<model::Change> busy_day(const std::string& culprit) {
    std::vector<model::Change> out;
    const std::vector<std::string> everybody{"front", "checkout",   "catalog", "payment",
                                             "stock", "newsletter", "search",  "billing"};
    for (int i = 0; i < 24; ++i) {
        const std::string& who = everybody[static_cast<std::size_t>(i * 5) % everybody.size()];
        const Nanos before = 13 * kSecond + (i * 157 % 240) * kMinute / 4;
        out.push_back(deploy(who == culprit ? "reports" : who, kOnset - before));
    }
    return out;
}

bool is_change(const model::Cause& cause) {
    return cause.cause_class.starts_with("change_");
}

struct Case {
    const char* who;
    const char* alert;
    std::function<void(Nanos, Health&)> fault;
};

class BlamedChange : public testing::TestWithParam<Case> {
  protected:
    void for_all_sources(const std::vector<model::Change>& changes,
                         const std::function<void(const model::Report&)>& expect) {
        for (const Sources sources : {Sources::Metrics, Sources::Spans, Sources::Both}) {
            const Estate estate(since_onset(GetParam().who, GetParam().fault));
            model::Signals signals = signals_of(estate, sources);
            signals.changes = changes;
            SCOPED_TRACE(static_cast<int>(sources));
            expect(report_on(std::move(signals), alert_about(GetParam().alert)));
        }
    }
    void expect_blamed(const std::vector<model::Change>& changes) {
        for_all_sources(changes, [](const model::Report& report) {
            ASSERT_FALSE(report.causes.empty());
            EXPECT_EQ(report.verdict, model::Verdict::Cause);
            EXPECT_EQ(report.causes.front().entity.name, GetParam().who);
            EXPECT_TRUE(is_change(report.causes.front())) << report.causes.front().cause_class;
            EXPECT_EQ(report.claims.checked, report.claims.proven);
        });
    }
    void expect_none_blamed(const std::vector<model::Change>& changes) {
        for_all_sources(changes, [](const model::Report& report) {
            ASSERT_FALSE(report.causes.empty());
            EXPECT_EQ(report.verdict, model::Verdict::Cause);
            EXPECT_EQ(report.causes.front().entity.name, GetParam().who);
            for (const model::Cause& cause : report.causes)
                EXPECT_FALSE(is_change(cause) && cause.probability > 0.2) << cause.statement;
        });
    }
};

TEST_P(BlamedChange, is_the_deploy_of_what_is_at_fault_a_minute_before) {
    expect_blamed({deploy(GetParam().who, kOnset - kMinute)});
}

TEST_P(BlamedChange, is_told_from_deploys_of_others_around_it) {
    std::vector<model::Change> changes = of_others(GetParam().who);
    changes.push_back(deploy(GetParam().who, kOnset - kMinute));
    expect_blamed(changes);
}

TEST_P(BlamedChange, is_none_where_only_others_were_deployed) {
    expect_none_blamed(of_others(GetParam().who));
}

TEST_P(BlamedChange, is_none_of_a_busy_day_that_has_nothing_to_do_with_it) {
    expect_none_blamed(busy_day(GetParam().who));
}

TEST_P(BlamedChange, is_the_setting_that_can_do_that) {
    const bool failing = std::string(GetParam().alert) == kFailing;
    std::vector<model::Change> changes{
        change("config", GetParam().who, kOnset - 4 * kMinute,
               failing ? setting("upstream.timeout: 2s", "upstream.timeout: 50ms")
                       : setting("db.pool.max-size: 50", "db.pool.max-size: 4")),
        change("config", "front", kOnset - 2 * kMinute,
               setting("log.level: info", "log.level: debug")),
        change("config", "catalog", kOnset - 25 * kMinute,
               setting("page.size: 20", "page.size: 25"))};
    expect_blamed(changes);
}

INSTANTIATE_TEST_SUITE_P(Of, BlamedChange,
                         testing::Values(Case{"checkout", kSlow, busy},
                                         Case{"stock-db", kSlow, busy},
                                         Case{"stock", kFailing, failing},
                                         Case{"payment", kFailing, failing}),
                         [](const auto& of) {
                             std::string name = of.param.who;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name + (of.param.alert == kSlow ? "_slow" : "_failing");
                         });

// An exporter tells a setting a second time, and one setting follows from another: they were turned
// in one go.
TEST(Settings, that_were_turned_at_once_are_one_cause_told_by_the_servers_own_words) {
    Estate estate(since_onset("stock", [](Nanos, Health& health) { health.failing = 0.4; }));
    model::Signals signals;
    estate.add_metrics(signals);
    for (const auto& [summary, ref] :
         {std::pair{"stock_settings_pool of stock (10.0.0.7:9187) changed from 20 to 1",
                    "prometheus/main"},
          std::pair{"setting pool was changed from 20 to 1", "postgresql/stock"},
          std::pair{"setting pool_timeout was changed from 9 to 1", "postgresql/stock"}}) {
        model::Change one = change("config", "stock", kOnset - 2 * kSecond);
        one.not_before = kOnset - 5 * kSecond;
        one.summary = summary;
        one.ref = ref;
        one.before = "20";
        one.after = "1";
        signals.changes.push_back(one);
    }
    model::Incident about = incident("front");
    about.alerts.front().labels["metric"] = kFailing;
    const model::Report report = report_on(std::move(signals), about);
    ASSERT_EQ(first_class(report), "change_config");
    EXPECT_THAT(report.causes.front().statement, testing::StartsWith("setting pool"));
    EXPECT_THAT(report.causes.front().statement, testing::HasSubstr("At the same moment: "));
    EXPECT_THAT(report.causes.front().statement,
                testing::HasSubstr("stock_settings_pool of stock (10.0.0.7:9187) changed"));
    EXPECT_EQ(std::count_if(report.causes.begin(), report.causes.end(), is_change), 1);
}

}  // namespace
}  // namespace insight::analysis
