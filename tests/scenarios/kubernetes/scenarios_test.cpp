#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "core/model/objects.h"
#include "tests/scenarios/kubernetes/scenario.h"

namespace insight::test {
namespace {

using analysis::Detection;

std::string words_of(const Detection& detection) {
    std::multiset<std::string> lines;
    for (const analysis::Finding& finding : detection.findings) lines.insert(shown(finding));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

TEST(KubernetesScenarios, find_what_each_file_expects_and_nothing_else) {
    std::size_t hold = 0;
    std::size_t cases = 0;
    const std::vector<Scenario> all = scenarios();
    ASSERT_GT(all.size(), 200U) << "the scenario files were not found";
    for (const Scenario& scenario : all) {
        const std::vector<std::string> faults =
            faults_of(scenario, detect(scenario.incident(), scenario.signals()));
        for (const std::string& fault : faults)
            ADD_FAILURE() << scenario.title() << "\n  " << fault;
        if (faults.empty()) ++hold;
        if (scenario.json.contains("caseId")) ++cases;
    }
    fmt::print("{} of {} scenarios hold, {} of them from the table of cases\n", hold, all.size(),
               cases);
}

TEST(KubernetesScenarios, every_statement_is_proven_and_can_be_overturned) {
    for (const Scenario& scenario : scenarios())
        for (const std::string& fault :
             faults_of_form(detect(scenario.incident(), scenario.signals())))
            ADD_FAILURE() << scenario.title() << "\n  " << fault;
}

TEST(KubernetesScenarios, the_order_of_objects_and_the_shape_of_lists_do_not_matter) {
    for (const Scenario& scenario : scenarios()) {
        const model::Signals signals = scenario.signals();
        std::set<std::string> names;
        for (const Json& object : signals.resources)
            names.insert(object.value("kind", "") +
                         object.value("/metadata/namespace"_json_pointer, "") +
                         object.value("/metadata/name"_json_pointer, ""));
        if (names.size() != signals.resources.size())
            continue;  // collected twice: the later counts
        const std::string expected = words_of(detect(scenario.incident(), signals));
        model::Signals reversed = signals;
        std::reverse(reversed.resources.begin(), reversed.resources.end());
        std::reverse(reversed.events.begin(), reversed.events.end());
        EXPECT_EQ(words_of(detect(scenario.incident(), reversed)), expected) << scenario.title();
        model::Signals listed = signals;
        listed.resources.clear();
        ASSERT_TRUE(model::add_objects(
            {{"kind", "List"}, {"apiVersion", "v1"}, {"items", signals.resources}},
            listed.resources));
        EXPECT_EQ(words_of(detect(scenario.incident(), listed)), expected) << scenario.title();
    }
}

// Every place of an object, by path.
void paths_of(const Json& value, const Json::json_pointer& at,
              std::vector<Json::json_pointer>& out) {
    if (!at.empty()) out.push_back(at);
    if (value.is_object())
        for (const auto& [key, item] : value.items()) paths_of(item, at / key, out);
    if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i) paths_of(value[i], at / i, out);
}

void survive(const Scenario& scenario, const model::Signals& signals, const std::string& what) {
    EXPECT_NO_THROW({
        for (const std::string& fault : faults_of_form(detect(scenario.incident(), signals)))
            ADD_FAILURE() << scenario.title() << ", " << what << "\n  " << fault;
    }) << scenario.title()
       << ", " << what;
}

void break_everything(const Scenario& scenario, std::vector<Json> model::Signals::*which,
                      std::size_t& tried) {
    static const std::vector<Json> kWrong{Json(),
                                          Json(true),
                                          Json(-7),
                                          Json("`\x01 \xff -rf; $(x)"),
                                          Json(1e300),
                                          Json::array({Json(1), Json::object()}),
                                          Json::object({{"a", Json::array()}})};
    const model::Signals whole = scenario.signals();
    for (std::size_t i = 0; i < (whole.*which).size(); ++i) {
        std::vector<Json::json_pointer> paths;
        paths_of((whole.*which)[i], Json::json_pointer(), paths);
        for (const Json::json_pointer& path : paths) {
            model::Signals broken = whole;
            Json& parent = (broken.*which)[i][path.parent_pointer()];
            if (parent.is_object()) {
                parent.erase(path.back());
                survive(scenario, broken, path.to_string() + " removed");
                ++tried;
            }
            // One wrong type a place; over all places every type comes up everywhere.
            broken = whole;
            (broken.*which)[i][path] = kWrong[tried % kWrong.size()];
            survive(scenario, broken,
                    path.to_string() + " = " +
                        kWrong[tried % kWrong.size()].dump(-1, ' ', false,
                                                           Json::error_handler_t::replace));
            ++tried;
        }
    }
}

TEST(KubernetesScenarios, survive_any_field_missing_or_of_a_wrong_type) {
    std::size_t tried = 0;
    for (const Scenario& scenario : scenarios()) {
        if (scenario.json.contains("fill")) continue;  // large; its shape is that of its neighbours
        break_everything(scenario, &model::Signals::resources, tried);
        break_everything(scenario, &model::Signals::events, tried);
        if (HasFailure()) break;
    }
    EXPECT_GT(tried, 5'000U);
    fmt::print("{} broken variants\n", tried);
}

}  // namespace
}  // namespace insight::test
