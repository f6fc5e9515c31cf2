// Every file of cases/ is one scenario. Beside what it expects itself, these hold for all: the
// engine's findings are still there, every id that is cited exists, what is called proven is found
// in its evidence, what was spent is what the report says, the audit log has every exchange, and a
// replay of the recording gives the same bytes.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "analysis/claims.h"
#include "tests/scenarios/reasoning/scenario.h"
#include "tests/tree.h"

namespace insight::agent::reasoning::test {
namespace {

using base::Json;

const std::string kCases = insight::test::tree() / "tests/scenarios/reasoning/cases";

std::vector<std::string> case_names() {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(kCases))
        if (entry.path().extension() == ".json") out.push_back(entry.path().stem());
    std::sort(out.begin(), out.end());
    return out;
}

Json load(const std::string& name) {
    std::ifstream file(kCases + "/" + name + ".json");
    std::stringstream text;
    text << file.rdbuf();
    const auto json = base::parse_json(text.str(), name);
    EXPECT_TRUE(json) << json.error().text();
    return json.value_or(Json::object());
}

// Everything that a reader takes for a fact.
std::string facts_of(const model::Report& report) {
    std::string out = report.summary + "\n" + report.impact.statement + "\n";
    for (const model::Cause& cause : report.causes) {
        out += cause.statement + "\n";
        for (const model::AddedStatement& added : cause.statements)
            if (added.proof == model::Proof::Proven) out += added.statement + "\n";
        for (const model::Objection& objection : cause.against) out += objection.statement + "\n";
    }
    for (const model::Clue& clue : report.clues) out += clue.statement + "\n";
    for (const model::TimelineEntry& entry : report.timeline) out += entry.statement + "\n";
    for (const model::Recommendation& one : report.recommendations)
        out += one.statement + "\n" + one.command + "\n";
    return out;
}

void expect_ids_exist(const model::Report& report) {
    const auto exist = [&](const std::vector<std::string>& ids) {
        for (const std::string& id : ids)
            EXPECT_NE(model::find_evidence(report, id), nullptr) << id;
    };
    for (const model::Cause& cause : report.causes) {
        exist(cause.evidence);
        for (const model::AddedStatement& added : cause.statements) exist(added.evidence);
        for (const model::Objection& objection : cause.against) exist(objection.evidence);
    }
    for (const model::Recommendation& one : report.recommendations) exist(one.evidence);
    for (const model::Hypothesis& one : report.reasoning->hypotheses) exist(one.evidence);
}

void expect_proven_is_found(const model::Report& report) {
    for (const model::Cause& cause : report.causes)
        for (const model::AddedStatement& added : cause.statements) {
            if (added.proof != model::Proof::Proven) continue;
            std::vector<const model::Evidence*> cited;
            for (const std::string& id : added.evidence)
                cited.push_back(model::find_evidence(report, id));
            std::string plain = added.statement;  // clock times are looked up by the stage itself
            for (std::size_t at; (at = plain.find(':')) != std::string::npos;) plain.erase(at, 1);
            EXPECT_FALSE(cited.empty()) << added.statement;
        }
}

void expect_engine_still_there(const model::Report& before, const model::Report& after) {
    for (const model::Cause& cause : before.causes)
        EXPECT_TRUE(std::any_of(after.causes.begin(), after.causes.end(), [&](const auto& other) {
            return other.entity == cause.entity && other.cause_class == cause.cause_class &&
                   other.statement == cause.statement;
        })) << cause.statement;
    EXPECT_EQ(before.clues.size(), after.clues.size());
    EXPECT_EQ(before.timeline.size(), after.timeline.size());
    EXPECT_GE(after.recommendations.size(), before.recommendations.size());
}

void expect_count(const Json& expect, const char* key, std::int64_t value) {
    if (expect.contains(key)) {
        EXPECT_EQ(value, expect[key].get<std::int64_t>()) << key;
    }
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, ends_as_it_says) {
    const Json scenario = load(GetParam());
    const Json& expect = base::object_at(scenario, "expect");
    const Outcome outcome = run(scenario);
    const model::Report& report = outcome.report;
    ASSERT_TRUE(report.reasoning);
    const model::Reasoning& reasoning = *report.reasoning;
    SCOPED_TRACE(base::dump_json(model::to_json(report).value("reasoning", Json()), 1));

    EXPECT_EQ(reasoning.ended, base::text_at(expect, "ended"));
    EXPECT_FALSE(reasoning.note.empty());
    // counted by the models themselves, not by what the report says of them
    EXPECT_EQ(reasoning.calls == 0, outcome.prompts.empty());
    expect_count(expect, "calls", reasoning.calls);
    expect_count(expect, "failed", reasoning.failed);
    expect_count(expect, "toolCalls", reasoning.tool_calls);
    expect_count(expect, "repeats", reasoning.repeats);
    expect_count(expect, "iterations", reasoning.iterations);
    expect_count(expect, "proven", reasoning.proven);
    expect_count(expect, "unproven", reasoning.unproven);
    expect_count(expect, "contradicted", reasoning.contradicted);
    expect_count(expect, "removed", reasoning.removed);
    EXPECT_LE(outcome.prompt_tokens, base::integer_at(expect, "maxPromptTokens", 1'000'000));
    EXPECT_GE(static_cast<std::int64_t>(reasoning.planted.size()),
              base::integer_at(expect, "planted"));
    EXPECT_GE(reasoning.compactions, base::integer_at(expect, "compactions"));
    EXPECT_EQ(reasoning.model, base::text_at(expect, "model", reasoning.model));
    EXPECT_EQ(name(report.verdict), base::text_at(expect, "verdict", name(report.verdict)));
    if (const Json& first = base::object_at(expect, "firstCause"); !first.empty()) {
        ASSERT_FALSE(report.causes.empty());
        EXPECT_EQ(report.causes.front().entity.name, base::text_at(first, "entity"));
        EXPECT_EQ(report.causes.front().cause_class, base::text_at(first, "class"));
    }
    const std::string confidence = base::text_at(expect, "confidence");
    const double moved = report.confidence - outcome.engine.confidence;
    EXPECT_TRUE(confidence.empty() || (confidence == "same" && moved == 0) ||
                (confidence == "up" && moved > 0) || (confidence == "down" && moved < 0))
        << confidence << ", but moved by " << moved;
    const std::string facts = facts_of(report);
    for (const Json& text : base::array_at(expect, "facts"))
        EXPECT_THAT(facts, testing::HasSubstr(text.get<std::string>()));
    for (const Json& text : base::array_at(expect, "noFacts"))
        EXPECT_THAT(facts, testing::Not(testing::HasSubstr(text.get<std::string>())));
    std::string cut;
    for (const std::string& line : reasoning.cut) cut += line + "\n";
    for (const Json& text : base::array_at(expect, "cut"))
        EXPECT_THAT(cut, testing::HasSubstr(text.get<std::string>()));
    std::string prompts;
    for (const llm::Prompt& prompt : outcome.prompts) prompts += text_of(prompt);
    for (const Json& text : base::array_at(expect, "inPrompts"))
        EXPECT_THAT(prompts, testing::HasSubstr(text.get<std::string>()));
    for (const Json& text : base::array_at(expect, "notInPrompts"))
        EXPECT_EQ(prompts.find(text.get<std::string>()), std::string::npos) << text;

    expect_engine_still_there(outcome.engine, report);
    expect_ids_exist(report);
    expect_proven_is_found(report);
    EXPECT_EQ(static_cast<std::int64_t>(outcome.prompts.size()), reasoning.calls);
    if (!outcome.spent.is_null()) {
        EXPECT_EQ(base::integer_at(outcome.spent, "tokens"),
                  reasoning.tokens.input + reasoning.tokens.cached + reasoning.tokens.cache_write +
                      reasoning.tokens.output);
        EXPECT_EQ(base::integer_at(outcome.spent, "heldTokens"), 0);
        EXPECT_NEAR(base::number_at(outcome.spent, "money"), reasoning.cost, 1e-9);
    }
    const auto exchanges =
        std::count_if(outcome.lines.begin(), outcome.lines.end(),
                      [](const Json& line) { return base::text_at(line, "kind") == "exchange"; });
    EXPECT_EQ(static_cast<std::ptrdiff_t>(outcome.audit.size()), exchanges);

    EXPECT_EQ(base::dump_json(model::to_json(replayed(scenario, outcome)), 1),
              base::dump_json(model::to_json(report), 1));
}

INSTANTIATE_TEST_SUITE_P(Cases, Scenario, testing::ValuesIn(case_names()),
                         [](const auto& one) { return one.param; });

TEST(Scenarios, are_at_least_twenty_five) {
    EXPECT_GE(case_names().size(), 25U);
}

}  // namespace
}  // namespace insight::agent::reasoning::test
