#include "analysis/metrics/silence.h"

#include <algorithm>
#include <map>
#include <span>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kRegular = 10;  // points of a baseline that make a habit
constexpr double kAlways = 0.9;       // of the points that a clock would have made
constexpr double kGaps = 5;           // missing points that make a silence

struct Habit {
    std::size_t count = 0;  // points in the baseline
    double gap = 0;         // seconds, median
    std::span<const model::Point> baseline;
    model::Nanos last = 0;   // point of all
    model::Nanos first = 0;  // point of the window
    std::size_t in_window = 0;
};

Habit habit_of(const Look& look, const model::Window& window) {
    Habit habit;
    habit.gap = look.shape.typical_gap;
    const std::vector<model::Point>& points = look.series->points;  // ascending
    const auto until = [](model::Nanos time, const model::Point& p) { return time < p.time; };
    const auto before = [](const model::Point& p, model::Nanos time) { return p.time < time; };
    const auto end = std::upper_bound(points.begin(), points.end(), window.end, until);
    const auto first = std::lower_bound(points.begin(), end, window.baseline_start, before);
    const auto last = std::upper_bound(first, end, window.baseline_end, until);
    const auto in_window = std::lower_bound(last, end, window.start, before);
    if (end != points.begin()) habit.last = (end - 1)->time;
    habit.count = static_cast<std::size_t>(last - first);
    habit.in_window = static_cast<std::size_t>(end - in_window);
    if (in_window != end) habit.first = in_window->time;
    habit.baseline = {first, last};
    return habit;
}

// Seconds between two points of the baseline at most.
double longest_gap(const Habit& habit) {
    model::Nanos longest = 0;
    for (std::size_t i = 1; i < habit.baseline.size(); ++i)
        longest = std::max(longest, habit.baseline[i].time - habit.baseline[i - 1].time);
    return base::to_seconds(longest);
}

// Points came like a clock.
bool regular(const Habit& habit, double length) {
    return habit.count >= kRegular && habit.gap > 0 &&
           static_cast<double>(habit.count) * habit.gap >= kAlways * length;
}

}  // namespace

std::vector<Silence> silences(const Looks& looks, const model::Window& window) {
    std::vector<Habit> habits;
    model::Nanos last = 0;
    for (const Look& look : looks.all) {
        habits.push_back(habit_of(look, window));
        last = std::max(last, habits.back().last);
    }
    std::map<std::pair<std::string, std::string>, Silence> clearest;
    const double length = base::to_seconds(window.baseline_end - window.baseline_start);
    double clocks = 0;
    double stopped = 0;
    for (const Habit& habit : habits) clocks += regular(habit, length) ? 1 : 0;
    for (std::size_t i = 0; i < looks.all.size(); ++i) {
        const Look& look = looks.all[i];
        const Habit& habit = habits[i];
        if (look.entity.name.empty() || habit.gap <= 0) continue;
        Silence silence{&look, true, habit.last, 1};
        const double quiet = base::to_seconds(last - habit.last);
        if (regular(habit, length) && quiet >= kGaps * habit.gap && last >= window.start &&
            quiet > 3 * longest_gap(habit)) {
            // All the clocks together had this many chances to fall silent for so long, and did
            // not: the rule of succession, times how many could have now.
            silence.p_value = std::min(1.0, clocks / (1 + clocks * length / quiet));
            ++stopped;
        } else if (habit.count == 0 && habit.in_window >= 3 && look.meaning.harm == Harm::Up &&
                   look.meaning.aspect == Aspect::Errors && length > 0) {
            silence.stopped = false;
            silence.since = habit.first;
            silence.p_value = 1 / (1 + length / base::to_seconds(window.end - window.start));
        } else {
            continue;
        }
        const auto [it, fresh] = clearest.try_emplace({look.entity.name, look.pod}, silence);
        if (!fresh && silence.p_value < it->second.p_value) it->second = silence;
    }
    std::vector<Silence> out;
    for (const auto& [key, silence] : clearest)
        if (!silence.stopped || stopped * 3 <= clocks) out.push_back(silence);
    return out;
}

std::set<std::string> gone(const Looks& looks, const std::vector<Silence>& silences) {
    std::map<std::string, model::Nanos> since;  // the last sign of it
    for (const Silence& silence : silences)
        if (silence.stopped) {
            model::Nanos& last = since[silence.look->entity.name];
            last = std::max(last, silence.since);
        }
    for (const Look& look : looks.all) {
        const auto it = since.find(look.entity.name);
        if (it == since.end() || look.series->points.empty()) continue;
        // Series are not read at the same moment.
        const model::Nanos last = look.series->points.back().time;
        if (last > it->second + base::from_seconds(kGaps * look.shape.typical_gap)) since.erase(it);
    }
    std::set<std::string> out;
    for (const auto& [name, last] : since) out.insert(name);
    return out;
}

}  // namespace insight::analysis::metrics
