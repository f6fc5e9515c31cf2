#include "github/edits/merge.h"

#include <fmt/format.h>

#include "github/edits/line_diff.h"
#include "github/edits/lines.h"

namespace insight::github::edits {
namespace {

std::string joined(const Lines& lines, std::size_t begin, std::size_t end) {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) out += lines[i];
    return out;
}

// Follows one side along the base: which of its changes come next, and where its lines stand.
struct Side {
    const Lines& lines;
    const std::vector<LineChange> changes;
    std::size_t next = 0;
    std::ptrdiff_t shift = 0;  // right minus left behind the last change taken

    [[nodiscard]] std::size_t start() const {
        return next < changes.size() ? changes[next].left_begin : SIZE_MAX;
    }
    [[nodiscard]] std::size_t here(std::size_t base) const {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(base) + shift);
    }
    // Takes every change that touches the region, which grows with it. False: none did.
    // Changes that touch each other count as one region, as in diff3: what is next to another edit
    // was written with it in mind.
    bool take(std::size_t& end) {
        if (start() > end) return false;
        const LineChange& change = changes[next++];
        end = std::max(end, change.left_end);
        shift = static_cast<std::ptrdiff_t>(change.right_end) -
                static_cast<std::ptrdiff_t>(change.left_end);
        return true;
    }
};

}  // namespace

base::Result<std::string> merge(std::string_view base, std::string_view ours,
                                std::string_view theirs) {
    const Lines base_lines = lines_of(base);
    const Lines our_lines = lines_of(ours);
    const Lines their_lines = lines_of(theirs);
    Side left{our_lines, line_changes(base_lines, our_lines)};
    Side right{their_lines, line_changes(base_lines, their_lines)};
    std::string out;
    std::size_t at = 0;
    while (std::min(left.start(), right.start()) != SIZE_MAX) {
        const std::size_t begin = std::min(left.start(), right.start());
        out += joined(base_lines, at, begin);
        const std::size_t left_begin = left.here(begin);
        const std::size_t right_begin = right.here(begin);
        std::size_t end = begin;
        bool left_took = false;
        bool right_took = false;
        for (bool more = true; more;) {
            more = false;
            while (left.take(end)) left_took = more = true;
            while (right.take(end)) right_took = more = true;
        }
        const std::string mine = joined(our_lines, left_begin, left.here(end));
        const std::string other = joined(their_lines, right_begin, right.here(end));
        if (left_took && right_took && mine != other)
            return base::fail(base::ErrorKind::Conflict,
                              fmt::format("lines {} to {} were changed since", left_begin + 1,
                                          std::max(left.here(end), left_begin + 1)));
        out += left_took ? mine : other;
        at = end;
    }
    return out + joined(base_lines, at, base_lines.size());
}

}  // namespace insight::github::edits
