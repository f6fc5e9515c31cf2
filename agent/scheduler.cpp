#include "agent/scheduler.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "agent/scan_request.h"

namespace insight::agent {
namespace {

using base::Nanos;

// The clock may be set, and the machine may sleep: never trust one long wait.
constexpr Nanos kLongestPause = 20 * base::kSecond;

}  // namespace

base::Result<std::vector<Plan>> plans_of(const std::vector<config::Schedule>& schedules) {
    std::vector<Plan> plans;
    for (const config::Schedule& schedule : schedules) {
        auto cron = Cron::parse(schedule.cron, schedule.time_zone);
        if (!cron)
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("the schedule '{}': {}", schedule.name, cron.error().message));
        // The 30th of February: valid by its form, but a schedule that nobody ever hears of.
        if (cron->next(0) == 0)
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("the schedule '{}': '{}' is never due", schedule.name, schedule.cron));
        plans.push_back({schedule, *cron});
    }
    return plans;
}

Scheduler::Scheduler(store::Store& store, const base::Clock& clock, std::vector<Plan> plans)
    : store_(store), clock_(clock), plans_(std::move(plans)) {}

Scheduler::~Scheduler() {
    stop();
}

void Scheduler::start() {
    if (!plans_.empty()) thread_ = std::thread([this] { work(); });
}

void Scheduler::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Nanos Scheduler::next() const {
    Nanos earliest = 0;
    for (const Plan& plan : plans_) {
        const Nanos due = plan.cron.next(clock_.now());
        if (due != 0 && (earliest == 0 || due < earliest)) earliest = due;
    }
    return earliest;
}

base::Result<std::string> Scheduler::look(const Plan& plan) {
    const config::Schedule& schedule = plan.schedule;
    const Nanos now = clock_.now();
    const Nanos due = plan.cron.last(now);
    const auto since =
        // When this form of the schedule was first seen. What was due before that is not made up
        // for: a new schedule does not begin with a scan of last month.
        store_.mark_schedule({schedule.name, schedule.cron + "\n" + schedule.time_zone, now});
    if (!since) return base::fail(since.error());
    if (due <= *since) return std::string();
    auto incident = scan_incident({.name = schedule.name,
                                   .service = schedule.service,
                                   .scope = {schedule.cluster, schedule.space},
                                   .since = {},
                                   .until = {}},
                                  now);
    if (!incident) return base::fail(incident.error());
    incident->id = scheduled_id(schedule.name, due);
    // Late or not, it looks at the time until now: what was due is the scan, not its window.
    incident->window.start = incident->window.end - schedule.window;
    incident->window.baseline_end = incident->window.start;
    incident->window.baseline_start = incident->window.start - schedule.window;
    const auto opened = store_.open_scan(*incident, {schedule.name, due});
    if (!opened) return base::fail(opened.error());
    if (!*opened) return std::string();  // another process was first
    spdlog::info("{}: scan of schedule '{}', due at {}", incident->id, schedule.name,
                 base::format_rfc3339(due));
    return incident->id;
}

std::vector<std::string> Scheduler::look() {
    std::vector<std::string> opened;
    for (const Plan& plan : plans_) {
        const auto id = look(plan);
        if (!id)
            spdlog::error("the schedule '{}' could not be looked at: {}", plan.schedule.name,
                          id.error().text());
        else if (!id->empty())
            opened.push_back(*id);
    }
    return opened;
}

void Scheduler::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look();
        const Nanos due = next();
        const Nanos pause =
            due == 0 ? kLongestPause
                     : std::clamp(due - clock_.now(), base::kSecond / 100, kLongestPause);
        lock.lock();
        changed_.wait_for(lock, std::chrono::nanoseconds(pause), [this] { return stopping_; });
    }
}

}  // namespace insight::agent
