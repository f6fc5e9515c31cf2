#include "analysis/health/teeth.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::health {
namespace {

constexpr std::size_t kLeastFalls = 3;
constexpr std::size_t kLeastRises = 4;
constexpr double kAlike = 0.25;   // of the usual height, or of the usual time between two
constexpr double kTheSame = 0.1;  // of the height
constexpr double kMostOfAJump = 0.6;
constexpr std::size_t kBeside = 2;  // points
constexpr double kOverdue = 1.5;    // times the usual time between two

// Half of the values lie within a share of the median.
bool alike(const std::vector<double>& values) {
    const double usual = median(values);
    return robust_scale(values, usual) <= kAlike * std::abs(usual);
}

std::vector<double> gaps(const Course& course, const std::vector<std::size_t>& places) {
    std::vector<double> out;
    for (std::size_t i = 1; i < places.size(); ++i)
        out.push_back(course.time[places[i]] - course.time[places[i - 1]]);
    return out;
}

double height(const Course& course, std::size_t at) {
    return course.value[at] - course.value[at - 1];
}

// Jumps of one direction, with what they have in common.
struct Family {
    std::vector<std::size_t> places;
    std::vector<double> heights;  // positive
    std::vector<double> peaks;    // in the bad direction
    std::vector<double> drifts;   // from one peak to the next
};

Family family(const Course& course, const std::vector<std::size_t>& jumps, double sign,
              bool falls) {
    Family out;
    for (const std::size_t at : jumps) {
        const double rise = sign * height(course, at);
        if ((rise < 0) != falls) continue;
        const double peak = sign * course.value[falls ? at - 1 : at];
        if (!out.peaks.empty()) out.drifts.push_back(peak - out.peaks.back());
        out.places.push_back(at);
        out.heights.push_back(std::abs(rise));
        out.peaks.push_back(peak);
    }
    return out;
}

bool falls_recur(const Course& course, const Family& falls, double sign) {
    if (falls.places.size() < 2) return false;
    const double usual = median(falls.heights);
    const double drift = median(falls.drifts);
    // The tooth under way has outgrown all before it: the next fall cannot be counted on.
    const double highest = *std::max_element(falls.peaks.begin(), falls.peaks.end());
    if (sign * course.value.back() > highest + std::max(0.0, drift) + kAlike * usual) return false;
    // Two are a coincidence unless they begin and end at the very same heights.
    if (falls.places.size() < kLeastFalls)
        return std::abs(drift) <= kTheSame * usual &&
               std::abs(falls.heights[0] - falls.heights[1]) <= kTheSame * usual;
    std::vector<double> unsteady;
    for (const double one : falls.drifts) unsteady.push_back(std::abs(one - drift));
    const bool peaks = median(unsteady) <= kAlike * usual && std::abs(drift) <= kAlike * usual;
    return peaks || (alike(falls.heights) && alike(gaps(course, falls.places)));
}

bool rises_recur(const Course& course, const Family& rises, std::size_t jumps) {
    if (rises.places.size() < kLeastRises || rises.places.size() < jumps) return false;
    const std::vector<double> between = gaps(course, rises.places);
    const double since = course.time.back() - course.time[rises.places.back()];
    return alike(rises.heights) && alike(between) && since <= kOverdue * median(between);
}

// With those that nobody noticed since a median over the very moment cut them in two: once it is
// known how high they are, the same height within two steps is one of them, too.
std::vector<std::size_t> completed(const Course& course, Family found, double sign) {
    const double least = kMostOfAJump * median(found.heights);
    const auto across = [&](std::size_t at) {  // what changes from before to after this point
        return sign * (course.value[at + 1] - course.value[at - 1]);
    };
    for (std::size_t at = 2; at + 2 < course.size(); ++at) {
        if (across(at) < least || across(at - 1) > across(at) || across(at + 1) > across(at))
            continue;
        const bool known = std::any_of(
            found.places.begin(), found.places.end(),
            [&](std::size_t place) { return place + kBeside >= at && place <= at + kBeside; });
        if (!known) found.places.push_back(at);
    }
    std::sort(found.places.begin(), found.places.end());
    // Of the two halves of one the larger stands for it.
    std::vector<std::size_t> out;
    for (const std::size_t place : found.places) {
        const double here = sign * height(course, place);
        if (out.empty() || place > out.back() + 1)
            out.push_back(place);
        else if (here > sign * height(course, out.back()))
            out.back() = place;
    }
    return out;
}

}  // namespace

std::vector<std::size_t> recurring_jumps(const Course& course,
                                         const std::vector<std::size_t>& jumps, bool upward) {
    const double sign = upward ? 1 : -1;
    const Family falls = family(course, jumps, sign, true);
    if (falls_recur(course, falls, sign)) return completed(course, falls, -sign);
    const Family rises = family(course, jumps, sign, false);
    if (rises_recur(course, rises, jumps.size())) return completed(course, rises, sign);
    return {};
}

double usual_period(const Course& course, const std::vector<std::size_t>& recurring) {
    return recurring.size() < 2 ? 0 : median(gaps(course, recurring));
}

Column along_teeth(const Course& course, const std::vector<std::size_t>& recurring) {
    Column out(course.size(), 0.0);
    const double period = usual_period(course, recurring);
    if (period <= 0) return out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < course.size(); ++i) {
        while (next < recurring.size() && recurring[next] <= i) ++next;
        double share = 0;
        if (next == 0)
            share = 1 - (course.time[recurring[0]] - course.time[i]) / period;
        else if (next == recurring.size())
            share = (course.time[i] - course.time[recurring.back()]) / period;
        else
            share = (course.time[i] - course.time[recurring[next - 1]]) /
                    (course.time[recurring[next]] - course.time[recurring[next - 1]]);
        out[i] = std::clamp(share, 0.0, 1.0) - 0.5;
    }
    return out;
}

}  // namespace insight::analysis::health
