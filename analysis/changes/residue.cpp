#include <algorithm>
#include <map>

#include "analysis/changes/substance.h"
#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

constexpr double kPartner = 0.5;
constexpr std::size_t kMaxCompared = 300;  // pairing compares each with each

// Identifiers, numbers and operators of a line.
std::vector<std::string> tokens_of(const std::string& line) {
    std::vector<std::string> tokens;
    std::string token;
    const auto flush = [&] {
        if (!token.empty()) tokens.push_back(std::move(token));
        token.clear();
    };
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '_') {
            token += c;
            continue;
        }
        flush();
        if (std::isspace(byte) == 0 && c != ',' && c != ';') tokens.emplace_back(1, c);
    }
    flush();
    std::sort(tokens.begin(), tokens.end());
    return tokens;
}

double overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    const std::size_t all = a.size() + b.size();
    return all == 0 ? 0 : 2.0 * static_cast<double>(common.size()) / static_cast<double>(all);
}

}  // namespace

Residue residue_of(const std::vector<Hunk>& hunks) {
    Residue residue;
    std::map<std::string, int> moved;
    for (const Hunk& hunk : hunks) {
        if (is_passive_file(hunk.file)) continue;
        for (const std::string& line : hunk.added)
            if (!is_inert(line)) ++moved[bare(line)];
    }
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
    std::vector<std::vector<std::string>> added;
    for (std::size_t i = 0; i < residue.added.size() && i < kMaxCompared; ++i)
        added.push_back(tokens_of(residue.added[i]));
    std::vector<bool> taken(added.size(), false);
    for (std::size_t i = 0; i < residue.removed.size() && i < kMaxCompared; ++i) {
        const std::vector<std::string> tokens = tokens_of(residue.removed[i]);
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
