// What the product writes and what docs/report.schema.json promises are the same.
#include <gmock/gmock.h>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/model/report.h"
#include "tests/tree.h"
#include "tests/unit/report/fixture.h"

namespace insight::report {
namespace {

using base::Json;

std::string fault_of(const Json& report) {
    static const Json text =
        base::parse_json(read_file(test::tree() / "docs/report.schema.json"), "the schema").value();
    valijson::Schema schema;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(report), &results))
        return {};
    valijson::ValidationResults::Error error;
    std::string out = "invalid";
    while (results.popError(error)) {
        out += "\n";
        for (const std::string& step : error.context) out += step;
        out += ": " + error.description;
    }
    return out;
}

model::Report produced() {
    model::Report report;
    model::Alert alert;
    alert.fingerprint = "9a1f0c3b77d2e415";
    alert.labels = {{"alertname", "X"}};
    alert.starts_at = 1'795'210'307'318'833'986;
    report.incident.id = "inc-1";
    report.incident.alerts = {alert, alert};
    report.incident.opened_at = alert.starts_at;
    report.incident.resolved_at = alert.starts_at + base::kMinute;
    report.incident.truncated_alerts = 3;
    report.incident.window = {4 * base::kHour, 5 * base::kHour, base::kHour, 4 * base::kHour};
    report.verdict = model::Verdict::Several;
    report.confidence = 0.7;
    model::Cause cause;
    cause.entity = {"database", "orders"};
    cause.level = model::Level::Dependency;
    cause.cause_class = "lock_contention";
    cause.statement = "It waits.";
    cause.evidence = {"E1"};
    cause.against.push_back({"no", {"E1"}});
    cause.rivals.push_back({cause.entity, "other", 0.1, "later", {"E1"}});
    cause.overturned_by = {"if not", "SELECT 1"};
    report.causes = {cause};
    cause.onset = alert.starts_at;
    report.causes.push_back(cause);
    report.clues.push_back({"blocking", cause.entity, "waits", 0.5, alert.starts_at, true, {"E1"}});
    report.impact = {model::Severity::Warning, "soon", "slow", {{cause.entity, "slow", {"E1"}}}};
    report.impact.users = {true, "10 of 40 users", "enduser.id", 40, 10, 0.01, false, {"E1"}};
    report.timeline.push_back({alert.starts_at, "alert", "fires", {"E1"}});
    model::CoverageRow row;
    row.source = "prometheus/main";
    row.outcome = model::Outcome::TimedOut;
    row.intervals = {{1, 2}};
    row.note = "no answer";
    report.coverage = {row};
    report.recommendations.push_back({"look", "ls", false, {"E1"}});
    report.to_collect = {"logs"};
    model::SuspectChange change;
    change.kind = "commit";
    change.live = alert.starts_at;
    change.share = 0.5;
    change.evidence = {"E1"};
    change.lines.push_back({"a.go", 7, true, "x", "says", "do", {"E1"}});
    change.lines.push_back({"", 0, false, "", "says", "do", {"E1"}});
    report.changes = {change, change};
    report.changes[1].live.reset();
    model::Evidence evidence;
    evidence.id = "E1";
    evidence.digest = std::string(64, 'a');
    evidence.content = {{"kind", "alert"}, {"alert", model::to_json(alert)}};
    report.evidence = {evidence};
    report.version = "0.1.0";
    return report;
}

TEST(ReportSchema, holds_for_stored_reports) {
    for (const char* name : kReports) EXPECT_EQ(fault_of(load_report(name)), "") << name;
}

TEST(ReportSchema, holds_for_what_the_model_writes) {
    EXPECT_EQ(fault_of(model::to_json(produced())), "");
    model::Report empty;
    empty.incident.id = "inc-0";
    EXPECT_EQ(fault_of(model::to_json(empty)), "");
}

TEST(ReportSchema, names_every_key_the_model_writes) {
    const Json schema = Json::parse(read_file(test::tree() / "docs/report.schema.json"));
    const Json report = model::to_json(produced());
    const auto known = [&](const Json& object, const Json& properties) {
        for (auto it = object.begin(); it != object.end(); ++it)
            EXPECT_TRUE(properties.contains(it.key())) << it.key();
    };
    const Json& definitions = schema["definitions"];
    known(report, schema["properties"]);
    known(report["incident"], definitions["incident"]["properties"]);
    known(report["incident"]["alert"], definitions["alert"]["properties"]);
    known(report["causes"][0], definitions["cause"]["properties"]);
    known(report["clues"][0], definitions["clue"]["properties"]);
    known(report["impact"], definitions["impact"]["properties"]);
    known(report["coverage"][0], definitions["coverageRow"]["properties"]);
    known(report["recommendations"][0], definitions["recommendation"]["properties"]);
    known(report["changes"][0], definitions["suspectChange"]["properties"]);
    known(report["changes"][0]["lines"][0], definitions["suspectLine"]["properties"]);
    known(report["evidence"]["E1"], definitions["evidence"]["properties"]);
}

TEST(ReportSchema, refuses_what_it_does_not_promise) {
    const Json good = load_report("lock_contention");
    for (const auto& [path, value] :
         std::vector<std::pair<std::string, Json>>{{"/verdict", "maybe"},
                                                   {"/confidence", 1.5},
                                                   {"/incident/openedAt", 5},
                                                   {"/causes/0/level", "user"},
                                                   {"/causes/0/evidence", Json::array()},
                                                   {"/coverage/0/outcome", "fine"},
                                                   {"/evidence/E3/digest", "short"},
                                                   {"/evidence/E3/content/kind", "rowz"},
                                                   {"/timeline/0/time", "yesterday"}}) {
        Json bad = good;
        bad[Json::json_pointer(path)] = value;
        EXPECT_NE(fault_of(bad), "") << path;
    }
    Json short_of = good;
    short_of.erase("claims");
    EXPECT_NE(fault_of(short_of), "");
}

}  // namespace
}  // namespace insight::report
