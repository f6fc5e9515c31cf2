#include "analysis/changes/residue.h"

#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <map>

#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

constexpr double kPartner = 0.5;
constexpr std::size_t kMaxCompared = 200;  // pairing compares each with each

// Identifiers, numbers and operators of a line, hashed and sorted: a bag.
std::vector<std::size_t> tokens_of(const std::string& line) {
    std::vector<std::size_t> tokens;
    std::string token;
    const auto flush = [&] {
        if (!token.empty()) tokens.push_back(std::hash<std::string>{}(token));
        token.clear();
    };
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '_') {
            token += c;
            continue;
        }
        flush();
        if (std::isspace(byte) == 0 && c != ',' && c != ';')
            tokens.push_back(static_cast<unsigned char>(c));
    }
    flush();
    std::sort(tokens.begin(), tokens.end());
    return tokens;
}

// Dice's coefficient of the two bags of tokens; both are sorted.
double overlap(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        common += a[i] == b[j] ? 1 : 0;
        const bool step_a = a[i] <= b[j];
        const bool step_b = b[j] <= a[i];
        i += step_a ? 1 : 0;
        j += step_b ? 1 : 0;
    }
    const std::size_t all = a.size() + b.size();
    return all == 0 ? 0 : 2.0 * static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace

bool is_passive_file(const std::string& path) {
    static const re2::RE2 kPassive(
        R"((?i)(^|/)(docs?|documentation|tests?|testdata|__tests__|spec|specs|fixtures|examples?|\.github|\.circleci|\.vscode|locales?|i18n|staging|design|bench(marks?)?)(/|$))"
        R"(|\.(md|rst|adoc|svg|png|jpe?g|gif|ico|css|scss|less|woff2?|snap|golden|drawio)$)"
        R"(|(_test|_bench|_fuzz_test|\.test|\.spec|Test|Tests|_spec)\.\w+$|(^|/)test_\w+\.py$)"
        R"(|(^|/)(CODEOWNERS|LICENSE|NOTICE|README\w*|CHANGELOG\w*|OWNERS|\.?golangci[\w.-]*|\.eslintrc[\w.]*|\.prettierrc[\w.]*|\.editorconfig|\.gitignore|\.flake8|\.pylintrc|Jenkinsfile|\.gitlab-ci\.yml|Makefile)$)"
        R"(|(^|/)(go\.sum|package-lock\.json|yarn\.lock|poetry\.lock|Cargo\.lock|Gemfile\.lock)$)");
    return !path.empty() && re2::RE2::PartialMatch(path, kPassive);
}

Residue residue_of(const std::vector<Hunk>& hunks) {
    Residue residue;
    std::map<std::string, int> moved;
    for (const Hunk& hunk : hunks) {
        if (is_passive_file(hunk.file)) continue;
        for (const std::string& line : hunk.added)
            if (!is_inert(line)) ++moved[bare(line)];
    }
    // What was added first: a removed line that comes back elsewhere has moved, and takes its
    // partner out in the second pass.
    std::map<std::string, int> gone;
    for (const Hunk& hunk : hunks) {
        if (is_passive_file(hunk.file)) continue;
        for (const std::string& line : hunk.removed) {
            if (is_inert(line)) continue;
            const std::string key = bare(line);
            if (auto it = moved.find(key); it != moved.end() && it->second > 0) {
                --it->second;
                ++gone[key];
            } else {
                residue.removed.push_back(line);
            }
        }
    }
    for (const Hunk& hunk : hunks) {
        if (is_passive_file(hunk.file)) continue;
        for (const std::string& line : hunk.added) {
            if (is_inert(line)) continue;
            if (auto it = gone.find(bare(line)); it != gone.end() && it->second > 0)
                --it->second;
            else
                residue.added.push_back(line);
        }
    }
    std::vector<std::vector<std::size_t>> added;
    for (std::size_t i = 0; i < residue.added.size() && i < kMaxCompared; ++i)
        added.push_back(tokens_of(residue.added[i]));
    std::vector<bool> taken(added.size(), false);
    for (std::size_t i = 0; i < residue.removed.size() && i < kMaxCompared; ++i) {
        const std::vector<std::size_t> tokens = tokens_of(residue.removed[i]);
        std::size_t best = added.size();
        double most = kPartner;
        for (std::size_t j = 0; j < added.size(); ++j) {
            const double same = taken[j] ? 0 : overlap(tokens, added[j]);
            if (same > most) {
                most = same;
                best = j;
            }
        }
        if (best == added.size()) continue;
        taken[best] = true;
        residue.pairs.emplace_back(residue.removed[i], residue.added[best]);
    }
    return residue;
}

}  // namespace insight::analysis::changes
