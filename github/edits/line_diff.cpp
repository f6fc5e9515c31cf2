#include "github/edits/line_diff.h"

#include <algorithm>

#include "github/edits/lines.h"

namespace insight::github::edits {
namespace {

// of Myers' algorithm (1986), whose memory grows with their square; beyond it everything in the
// middle counts as replaced
constexpr std::ptrdiff_t kMostEdits = 2'000;

// The middle, between the lines that are the same at both ends.
struct Middle {
    const Lines& left;
    const Lines& right;
    std::ptrdiff_t offset;  // of both
    std::ptrdiff_t rows;
    std::ptrdiff_t columns;

    [[nodiscard]] bool same(std::ptrdiff_t x, std::ptrdiff_t y) const {
        return left[static_cast<std::size_t>(offset + x)] ==
               right[static_cast<std::size_t>(offset + y)];
    }
};

// furthest[d][k + d]: how far left a path with d edits gets on diagonal k. Empty: too many edits.
std::vector<std::vector<std::ptrdiff_t>> search(const Middle& middle) {
    std::vector<std::vector<std::ptrdiff_t>> furthest;
    for (std::ptrdiff_t d = 0; d <= std::min(middle.rows + middle.columns, kMostEdits); ++d) {
        std::vector<std::ptrdiff_t> row(static_cast<std::size_t>(2 * d + 1));
        const auto before = [&](std::ptrdiff_t k) {
            return furthest.back()[static_cast<std::size_t>(k + d - 1)];
        };
        for (std::ptrdiff_t k = -d; k <= d; k += 2) {
            std::ptrdiff_t x = 0;
            if (d > 0)
                x = k == -d || (k != d && before(k - 1) < before(k + 1)) ? before(k + 1)
                                                                         : before(k - 1) + 1;
            std::ptrdiff_t y = x - k;
            while (x < middle.rows && y >= 0 && y < middle.columns && middle.same(x, y)) ++x, ++y;
            row[static_cast<std::size_t>(k + d)] = x;
            if (x >= middle.rows && y >= middle.columns) {
                furthest.push_back(std::move(row));
                return furthest;
            }
        }
        furthest.push_back(std::move(row));
    }
    return {};
}

void join(std::vector<LineChange>& changes, const LineChange& earlier) {
    if (!changes.empty() && changes.back().left_begin == earlier.left_end &&
        changes.back().right_begin == earlier.right_end) {
        changes.back().left_begin = earlier.left_begin;
        changes.back().right_begin = earlier.right_begin;
    } else {
        changes.push_back(earlier);
    }
}

}  // namespace

std::vector<LineChange> line_changes(const Lines& left, const Lines& right) {
    const std::size_t least = std::min(left.size(), right.size());
    std::size_t head = 0;
    while (head < least && left[head] == right[head]) ++head;
    std::size_t tail = 0;
    while (tail < least - head && left[left.size() - 1 - tail] == right[right.size() - 1 - tail])
        ++tail;
    if (left.size() == head + tail && right.size() == head + tail) return {};
    const Middle middle{left, right, static_cast<std::ptrdiff_t>(head),
                        static_cast<std::ptrdiff_t>(left.size() - head - tail),
                        static_cast<std::ptrdiff_t>(right.size() - head - tail)};
    const auto furthest = search(middle);
    if (furthest.empty()) return {{head, left.size() - tail, head, right.size() - tail}};
    std::vector<LineChange> changes;  // from the last to the first
    std::ptrdiff_t x = middle.rows;
    std::ptrdiff_t y = middle.columns;
    for (auto d = static_cast<std::ptrdiff_t>(furthest.size()) - 1; d > 0; --d) {
        const auto before = [&](std::ptrdiff_t k) {
            return furthest[static_cast<std::size_t>(d - 1)][static_cast<std::size_t>(k + d - 1)];
        };
        const std::ptrdiff_t k = x - y;
        const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
        const std::ptrdiff_t from = down ? k + 1 : k - 1;
        const std::ptrdiff_t old_x = before(from);
        const std::ptrdiff_t old_y = old_x - from;
        const auto at = [&](std::ptrdiff_t value) {
            return head + static_cast<std::size_t>(value);
        };
        join(changes, down ? LineChange{at(old_x), at(old_x), at(old_y), at(old_y + 1)}
                           : LineChange{at(old_x), at(old_x + 1), at(old_y), at(old_y)});
        x = old_x;
        y = old_y;
    }
    std::reverse(changes.begin(), changes.end());
    return changes;
}

}  // namespace insight::github::edits
