// Jobs that failed for good; cron jobs that can never run. Suspension is somebody's decision.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"
#include "analysis/kubernetes/cron.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// A later run of the same cron job that completed: the failure is history.
bool made_up_for(const Look& look, const Object& job) {
    const Object* owner = look.cluster.owner(job);
    if (owner == nullptr || owner->kind != "CronJob") return false;
    const std::optional<Nanos> started = time_at(job.status(), "startTime");
    for (const Object* other : look.cluster.owned_by(*owner)) {
        const std::optional<Nanos> later = time_at(other->status(), "startTime");
        if (other != &job && text(condition(*other, "Complete"), "status") == "True" && started &&
            later && *later > *started)
            return true;
    }
    return false;
}

void failed(Look& look, const Object& job) {
    const Json& failure = condition(job, "Failed");
    const Event* event =
        look.cluster.newest(job, {"BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy"});
    const std::int64_t tries = count(job.status(), "failed");
    // The condition comes only after the last pod is gone; the event says it at once.
    const bool given_up = text(failure, "status") == "True" || event != nullptr;
    if (!given_up && tries == 0) return;
    if (!given_up && count(job.status(), "active") > 0) return;  // it still tries
    const std::string_view message = event != nullptr ? event->message : text(failure, "message");
    const std::string_view reason = event != nullptr ? event->reason : text(failure, "reason");
    Note& note =
        look.add(job, reason == "DeadlineExceeded" ? "deadline_exceeded" : "job_failed",
                 Level::Code, Weight{0.7, 0.4, 0.6, 4})
            .says(fmt::format(
                "Job {} has failed{}{}{}", path_of(job),
                tries > 0 ? fmt::format(" after {} failed pod{}", tries, tries == 1 ? "" : "s")
                          : "",
                in_brackets(reason), ending(message)))
            .since(time_at(failure, "lastTransitionTime"))
            .over(made_up_for(look, job))
            .cite(job, {{"failed", tries},
                        {"reason", plain(reason)},
                        {"message", plain(message)},
                        {"backoffLimit", at(job.spec(), "backoffLimit")}})
            .overturned("If a later run completed, the failure is history.", describe_command(job))
            .advise("Read what its last pod wrote.",
                    fmt::format("kubectl logs job/{}{} --tail=50", shell_word(job.name),
                                space_flag(job)));
    note.aspect = Aspect::Errors;
    if (event != nullptr) note.since(event->first).cite(*event);
    for (const Object* pod : look.cluster.owned_by(job)) note.after(pod);
    // Its pods are told by their own rules, and weigh less where they bring about no more than
    // this.
    note.after(&job);
}

}  // namespace

void jobs(Look& look) {
    for (const Object* job : look.cluster.all("Job")) {
        if (flag(job->spec(), "suspend")) {
            if (look.check_up)
                look.notice(*job, "suspended")
                    .says(fmt::format("Job {} is suspended.", path_of(*job)))
                    .cite(*job, {{"suspend", true}});
            continue;
        }
        if (text(condition(*job, "Complete"), "status") != "True") failed(look, *job);
    }
}

void cron_jobs(Look& look) {
    for (const Object* job : look.cluster.all("CronJob")) {
        if (flag(job->spec(), "suspend")) {
            if (look.check_up)
                look.notice(*job, "suspended")
                    .says(
                        fmt::format("Cron job {} is suspended: it starts nothing.", path_of(*job)))
                    .cite(*job, {{"suspend", true}});
            continue;
        }
        const std::string_view schedule = text(job->spec(), "schedule");
        const std::string fault = schedule_fault(schedule);
        if (!fault.empty())
            look.add(*job, "schedule_invalid", Level::Config, kFault)
                .says(fmt::format("Cron job {} never runs: schedule {} is invalid, {}.",
                                  path_of(*job), in_quotes(schedule), fault))
                .concerns("schedule")
                .cite(*job, {{"schedule", plain(schedule)}, {"fault", fault}})
                .overturned(
                    "If it has a last schedule time after its last change, the schedule works.",
                    get_command(*job))
                .advise("Write five fields: minute, hour, day of month, month, day of week.",
                        get_command(*job));
        // The API takes any number; the controller then finds every start too late.
        const std::int64_t deadline = count(job->spec(), "startingDeadlineSeconds");
        if (deadline < 0)
            look.add(*job, "deadline_invalid", Level::Config, kFault)
                .says(
                    fmt::format("Cron job {} never runs: its starting deadline is negative ({} s).",
                                path_of(*job), deadline))
                .concerns("deadline")
                .cite(*job, {{"startingDeadlineSeconds", deadline}})
                .overturned("If it has a last schedule time after its last change, it does run.",
                            get_command(*job))
                .advise("Set startingDeadlineSeconds to how late a run may start.",
                        get_command(*job));
        if (const Event* event = look.cluster.newest(
                *job,
                {"TooManyMissedTimes", "FailedNeedsStart", "MissSchedule", "SuccessfulCreate"});
            // A successful start is asked for as well: when it is newer than the warning, the
            // missed runs are history.
            event != nullptr && event->warning())
            look.add(*job, "schedule_missed", Level::Infrastructure, kSuspect)
                .says(fmt::format("Cron job {} missed runs ({}): {}", path_of(*job),
                                  plain(event->reason), in_quotes(event->message)))
                .since(event->first)
                .concerns("missed")
                .cite(*event)
                .overturned("If a run started since, only the past ones are lost.",
                            describe_command(*job))
                .advise("Check the controller manager and the clock of the control plane.",
                        describe_command(*job));
        // Its runs are skipped for as long as an earlier one goes on.
        if (const Event* event =
                look.cluster.newest(*job, {"JobAlreadyActive", "SuccessfulCreate"});
            event != nullptr && event->reason == "JobAlreadyActive")
            look.add(*job, "schedule_missed", Level::Code, kSuspect)
                .says(fmt::format("Cron job {} skips its runs as an earlier one has not ended: {}",
                                  path_of(*job), in_quotes(event->message)))
                .since(event->first)
                .concerns("overlap")
                .cite(*event)
                .overturned("If the running one is about to end, the next run follows.",
                            describe_command(*job))
                .advise(
                    "See what the running job waits for; give it a deadline "
                    "(activeDeadlineSeconds).",
                    "kubectl get jobs" + space_flag(*job));
    }
}

}  // namespace insight::analysis::kubernetes
