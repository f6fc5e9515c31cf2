#include "collectors/kubernetes/log_stretches.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace insight::collectors::kubernetes {
namespace {

using insight::kubernetes::LogLine;

// The lines from `at` on leave the stretch for one of their own.
LogStretch split_off(LogStretch& stretch, std::vector<LogLine>::iterator at, base::Nanos time) {
    LogStretch rest{{time, stretch.interval.end}, {}};
    rest.lines.assign(std::make_move_iterator(at), std::make_move_iterator(stretch.lines.end()));
    stretch.lines.erase(at, stretch.lines.end());
    stretch.interval.end = time;
    return rest;
}

std::vector<LogStretch> last_of(std::vector<LogStretch> stretches, std::size_t most) {
    std::vector<LogStretch> out;
    for (auto it = stretches.rbegin(); it != stretches.rend() && most > 0; ++it) {
        if (it->lines.size() > most) {
            const auto first = it->lines.end() - static_cast<std::ptrdiff_t>(most);
            LogStretch kept = split_off(*it, first, first->time);
            it->lines.clear();
            *it = std::move(kept);
        }
        most -= it->lines.size();
        out.push_back(std::move(*it));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

// `rest` becomes what is not among the first.
std::vector<LogStretch> first_of(std::vector<LogStretch>& rest, std::size_t most) {
    std::vector<LogStretch> out;
    std::vector<LogStretch> left;
    for (LogStretch& one : rest) {
        if (most == 0) {
            left.push_back(std::move(one));
            continue;
        }
        if (one.lines.size() > most) {
            const auto next = one.lines.begin() + static_cast<std::ptrdiff_t>(most);
            left.push_back(split_off(one, next, next->time));
        }
        most -= one.lines.size();
        out.push_back(std::move(one));
    }
    rest = std::move(left);
    return out;
}

}  // namespace

std::size_t lines_of(const std::vector<LogStretch>& stretches) {
    return std::accumulate(
        stretches.begin(), stretches.end(), std::size_t{0},
        [](std::size_t sum, const LogStretch& one) { return sum + one.lines.size(); });
}

std::vector<LogStretch> shortened(std::vector<LogStretch> stretches, const model::Window& window,
                                  std::size_t most) {
    if (lines_of(stretches) <= most) return stretches;
    std::vector<LogStretch> before;
    std::vector<LogStretch> during;
    for (LogStretch& one : stretches) {
        if (one.interval.end <= window.start) {
            before.push_back(std::move(one));
            continue;
        }
        if (one.interval.start < window.start) {
            const auto at = std::lower_bound(
                one.lines.begin(), one.lines.end(), window.start,
                [](const LogLine& line, base::Nanos time) { return line.time < time; });
            LogStretch rest = split_off(one, at, window.start);
            before.push_back(std::move(one));
            one = std::move(rest);
        }
        during.push_back(std::move(one));
    }
    // A calm incident after a talkative hour leaves more to the baseline.
    const std::size_t spare = most - std::min(most, lines_of(during));
    const std::size_t of_before = std::min(lines_of(before), std::max(most / 4, spare));
    const std::size_t of_during = most - of_before;
    std::vector<LogStretch> out = last_of(std::move(before), of_before);
    const auto add = [&](std::vector<LogStretch> more) {
        std::move(more.begin(), more.end(), std::back_inserter(out));
    };
    if (lines_of(during) <= of_during) {
        add(std::move(during));
    } else {
        // Both ends: how it began, and how it is now. What is left out lies between.
        add(first_of(during, of_during / 2));
        add(last_of(std::move(during), of_during - of_during / 2));
    }
    return out;
}

std::vector<std::size_t> even_shares(const std::vector<std::size_t>& wanted, std::size_t most) {
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    std::vector<std::size_t> out(wanted.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        // The most modest first: what they leave is shared by those who want more.
        out[order[i]] = std::min(wanted[order[i]], most / (order.size() - i));
        most -= out[order[i]];
    }
    return out;
}

}  // namespace insight::collectors::kubernetes
