#include "analysis/changes/place.h"

#include "analysis/changes/words.h"

namespace insight::analysis::changes {

std::vector<DiffLine> numbered(const std::vector<Hunk>& hunks) {
    std::vector<DiffLine> out;
    for (const Hunk& hunk : hunks) {
        std::size_t before = hunk.old_start;
        std::size_t after = hunk.new_start;
        for (const auto& [sign, text] : hunk.lines) {
            out.push_back({hunk.file, sign == '-' ? before : after, sign, text});
            if (sign != '+' && before > 0) ++before;
            if (sign != '-' && after > 0) ++after;
        }
    }
    return out;
}

std::optional<DiffLine> place_of(const std::vector<DiffLine>& lines, const Touch& touch) {
    const std::string wanted = bare(touch.line);
    std::optional<DiffLine> removed;
    for (const DiffLine& one : lines) {
        const std::string& value = one.sign == '+' ? touch.after : touch.before;
        const bool shows = one.sign != ' ' && !wanted.empty() &&
                           (bare(one.text) == wanted ||
                            (!value.empty() && one.text.find(value) != std::string::npos));
        if (!shows) continue;
        if (one.sign == '+' && (touch.before.empty() || (removed && removed->file == one.file)))
            return one;
        if (one.sign == '-' && (!removed || removed->file != one.file)) removed = one;
    }
    return removed;
}

}  // namespace insight::analysis::changes
