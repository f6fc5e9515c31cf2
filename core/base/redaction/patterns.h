// RE2 over bytes, for detectors that are one expression.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/redaction/find.h"
#include "core/base/redaction/literals.h"

namespace insight::base::redaction {

// Bytes, not characters: a broken character must not hide what stands beside it.
inline re2::RE2::Options byte_options() {
    re2::RE2::Options options(re2::RE2::Latin1);
    // Twice what RE2 takes by itself: once it is used up the states are built anew.
    options.set_max_mem(16 << 20);
    options.set_log_errors(false);
    return options;
}

// Calls `found(groups)` for every match from left to right; groups[0] is the whole match. Matches
// do not overlap.
template <int kGroups, typename Found>
void each_match(const re2::RE2& pattern, std::string_view text, Found found) {
    const re2::StringPiece input(text.data(), text.size());
    re2::StringPiece groups[kGroups + 1];
    std::size_t at = 0;
    while (at <= text.size() &&
           pattern.Match(input, at, text.size(), re2::RE2::UNANCHORED, groups, kGroups + 1)) {
        found(groups);
        const auto end =
            static_cast<std::size_t>(groups[0].data() - input.data()) + groups[0].size();
        at = groups[0].empty() ? end + 1 : end;
    }
}

// The same where it is known where a match can begin: `begins` holds every such place, ascending,
// and perhaps others. A match is anchored there, which costs little where there is none.
//
// What fails at a candidate may fail for the same reason at those of its rule that stand before
// `reach(candidate)`; they are not tried, so that time stays linear in hostile texts.
template <int kGroups, typename Found, typename Reach>
void each_match_at(const re2::RE2& pattern, std::string_view text,
                   std::span<const Candidate> begins, Found found, Reach reach) {
    const re2::StringPiece input(text.data(), text.size());
    re2::StringPiece groups[kGroups + 1];
    std::size_t at = 0;    // matches do not overlap
    Candidate failed{-1};  // and where its reason ends
    for (const Candidate& one : begins) {
        if (one.begin < at || (one.rule == failed.rule && one.begin < failed.begin)) continue;
        if (pattern.Match(input, one.begin, text.size(), re2::RE2::ANCHOR_START, groups,
                          kGroups + 1)) {
            found(groups);
            at = one.begin + std::max<std::size_t>(groups[0].size(), 1);
        } else if (const std::size_t end = reach(one); end > one.begin) {
            failed = {one.rule, end};
        }
    }
}

template <int kGroups, typename Found>
void each_match_at(const re2::RE2& pattern, std::string_view text,
                   std::span<const Candidate> begins, Found found) {
    each_match_at<kGroups>(pattern, text, begins, found,
                           [](const Candidate&) { return std::size_t{0}; });
}

// One expression that matches where any of them does: nearly every text has none of them, and then
// one pass is enough.
template <typename Patterns>
std::unique_ptr<re2::RE2> any_of(const Patterns& patterns,
                                 const re2::RE2::Options& options = byte_options()) {
    std::string out;
    for (const auto& pattern : patterns) {
        if (!out.empty()) out += '|';
        out += "(?:";
        out += pattern;
        out += ')';
    }
    return std::make_unique<re2::RE2>(out, options);
}

inline bool matches(std::string_view text, const re2::RE2& pattern) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

inline Finding place(std::string_view text, const re2::StringPiece& group, std::string_view kind,
                     int rank) {
    const auto begin = static_cast<std::size_t>(group.data() - text.data());
    return {begin, begin + group.size(), kind, rank};
}

inline std::string_view view(const re2::StringPiece& piece) {
    return {piece.data(), piece.size()};
}

}  // namespace insight::base::redaction
