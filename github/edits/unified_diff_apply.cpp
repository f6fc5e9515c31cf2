#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "github/edits/lines.h"
#include "github/edits/unified_diff.h"

namespace insight::github::edits {
namespace {

std::string_view without_return(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

// The lines that must be there.
std::vector<const DiffLine*> old_side(const DiffHunk& hunk) {
    std::vector<const DiffLine*> old;
    for (const DiffLine& line : hunk.lines)
        if (line.sign != '+') old.push_back(&line);
    return old;
}

// The first line of the hunk that differs at this place; old.size(): it fits.
std::size_t first_difference(const Lines& lines, std::size_t at,
                             const std::vector<const DiffLine*>& old) {
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (at + i >= lines.size()) return i;
        const std::string_view have = lines[at + i];
        // Models and mail drop carriage returns: they do not decide whether a hunk fits, and the
        // file keeps its own.
        if (without_return(bare_line(have)) != without_return(old[i]->text)) return i;
        if (old[i]->no_newline && have.ends_with('\n')) return i;
    }
    return old.size();
}

// Where the hunk stands. Only one place may fit when it is not where the hunk says.
base::Result<std::size_t> place_of(const Lines& lines, std::size_t from, std::ptrdiff_t drift,
                                   const DiffHunk& hunk, std::size_t number) {
    const auto old = old_side(hunk);
    // An empty old side names the line before it.
    const auto said = static_cast<std::ptrdiff_t>(hunk.old_start) - (old.empty() ? 0 : 1) + drift;
    const std::size_t at = said < 0 ? 0 : static_cast<std::size_t>(said);
    if (at >= from && at <= lines.size() && first_difference(lines, at, old) == old.size())
        return at;
    // Line numbers of a patch are often wrong, its context rarely: the only place that fits is the
    // one meant.
    std::vector<std::size_t> places;
    if (!old.empty())
        for (std::size_t i = from; i + old.size() <= lines.size() && places.size() < 2; ++i)
            if (first_difference(lines, i, old) == old.size()) places.push_back(i);
    if (places.size() == 1) return places.front();
    if (places.size() > 1)
        return base::fail(base::ErrorKind::Conflict,
                          fmt::format("hunk {} fits at lines {} and {}: it needs more context",
                                      number, places[0] + 1, places[1] + 1));
    const std::size_t wrong = first_difference(lines, std::min(at, lines.size()), old);
    const std::string awaited =
        wrong < old.size() ? base::shorten(base::one_line(base::clean_utf8(old[wrong]->text)), 80)
                           : "nothing more";
    return base::fail(base::ErrorKind::Conflict,
                      fmt::format("hunk {} does not fit: line {} should be '{}'", number,
                                  at + wrong + 1, awaited));
}

}  // namespace

base::Result<std::string> apply_patch(const FilePatch& patch, std::string_view content) {
    const Lines lines = lines_of(content);
    const std::string_view line_break = line_break_of(content);
    std::string out;
    std::size_t at = 0;
    std::ptrdiff_t drift = 0;
    for (std::size_t number = 1; number <= patch.hunks.size(); ++number) {
        const DiffHunk& hunk = patch.hunks[number - 1];
        const auto place = place_of(lines, at, drift, hunk, number);
        if (!place) return base::fail(place.error());
        for (; at < *place; ++at) out += lines[at];
        drift = static_cast<std::ptrdiff_t>(*place) + (old_side(hunk).empty() ? 0 : 1) -
                static_cast<std::ptrdiff_t>(hunk.old_start);
        for (const DiffLine& line : hunk.lines) {
            if (line.sign == ' ') {
                out += lines[at++];  // as it stands, with its own line break
            } else if (line.sign == '-') {
                ++at;
            } else {
                if (!out.empty() && !out.ends_with('\n')) out += line_break;
                out += without_return(line.text);
                if (!line.no_newline) out += line_break;
            }
        }
    }
    for (; at < lines.size(); ++at) out += lines[at];
    return out;
}

}  // namespace insight::github::edits
