#include "agent/evaluation/position.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace insight::evaluation {
namespace {

// What was written with four digits and read again is still equal.
constexpr double kSame = 1e-9;

std::set<std::string> names_of(const LabelledCase& label, bool changes) {
    std::set<std::string> names;
    for (const LabelledCause& cause : label.causes) {
        const std::string& entity = cause.service.empty() ? cause.pod : cause.service;
        const std::string& name = changes ? cause.change : entity;
        if (!name.empty()) names.insert(name);
    }
    return names;
}

std::optional<double> prior_rank(const std::vector<LabelledCase>& cases, std::size_t index,
                                 bool changes) {
    std::map<std::string, int> count;
    for (std::size_t i = 0; i < cases.size(); ++i)
        // Leave one out: the prior must not know the answer of the very case that it is compared
        // on.
        if (i != index && set_of(cases[i]) == set_of(cases[index]))
            for (const std::string& name : names_of(cases[i], changes)) ++count[name];
    const std::set<std::string> right = names_of(cases[index], changes);
    std::vector<Blamed> answers;
    for (const auto& [name, times] : count)
        answers.push_back({name, "", static_cast<double>(times), right.contains(name)});
    std::stable_sort(answers.begin(), answers.end(), [](const Blamed& a, const Blamed& b) {
        return a.probability > b.probability;
    });
    return expected_rank(answers);
}

}  // namespace

std::optional<double> expected_rank(const std::vector<Blamed>& answers) {
    for (std::size_t at = 0; at < answers.size();) {
        std::size_t end = at;
        int right = 0;
        while (end < answers.size() &&
               std::abs(answers[end].probability - answers[at].probability) <= kSame)
            right += answers[end++].right ? 1 : 0;
        if (right > 0)
            // Among equals any order is as good: the expected place of the first of `right` among n
            // is (n + 1) / (right + 1).
            return static_cast<double>(at) + static_cast<double>(end - at + 1) / (right + 1);
        at = end;
    }
    return std::nullopt;
}

std::optional<double> prior_entity_rank(const std::vector<LabelledCase>& cases, std::size_t index) {
    return prior_rank(cases, index, false);
}

std::optional<double> prior_change_rank(const std::vector<LabelledCase>& cases, std::size_t index) {
    return prior_rank(cases, index, true);
}

std::string set_of(const LabelledCase& label) {
    return label.group.substr(0, label.group.find('/'));
}

}  // namespace insight::evaluation
