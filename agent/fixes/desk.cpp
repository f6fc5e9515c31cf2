#include "agent/fixes/desk.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/fixes/choose.h"
#include "agent/fixes/monitoring.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/store/outbox.h"
#include "core/store/snapshot.h"
#include "github/edits/patch_rules.h"

namespace insight::fixes {
namespace {

using agent::Delivery;
using base::ErrorKind;
using base::Json;

constexpr std::chrono::minutes kPlanningTime{3};

store::Parcel parcel_of(const char* channel, std::string key, const std::string& incident,
                        const base::Clock& clock, Json body) {
    store::Parcel parcel;
    parcel.channel = channel;
    parcel.key = std::move(key);
    parcel.incident = incident;
    parcel.body = std::move(body);
    parcel.created_at = parcel.updated_at = parcel.due_at = clock.now();
    return parcel;
}

// What may be otherwise in a while.
bool passes(const base::Error& error) {
    return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout;
}

// The same files become the same: only words differ, and nobody is asked twice for words. What was
// given up, or gave way to another plan, may be asked again.
bool same_change(const store::Parcel& old, const Json& planned) {
    if (old.state == store::ParcelState::Refused &&
        (old.note.starts_with("given up after") ||
         old.note.find("a newer plan") != std::string::npos))
        return false;
    for (const char* key : {"repository", "base", "files"})
        if (!old.body.contains(key) || old.body[key] != planned[key]) return false;
    return true;
}

}  // namespace

base::Status ask_for_fix(store::Store& store, const std::string& incident,
                         const std::string& occasion, const base::Clock& clock, const Json& fix,
                         const std::string& role) {
    // The same occasion asks once: the outbox takes a key only the first time. The occasion is the
    // report, the given fix or the plan that did not fit any more.
    const std::string what = base::sha256_hex(occasion + role + base::dump_json(fix)).substr(0, 16);
    const auto posted = store.outbox().post(parcel_of(kPlanChannel, incident + "@" + what, incident,
                                                      clock, {{"fix", fix}, {"role", role}}));
    if (!posted) return base::fail(posted.error());
    return {};
}

base::Status ask_again(store::Store& store, const Plan& plan, const base::Clock& clock) {
    return ask_for_fix(store, plan.incident, digest(plan), clock, plan.fix, plan.role);
}

bool needs_approval(const Plan& plan, const Settings& settings) {
    // What a model wrote is always approved by somebody, whatever is configured.
    return settings.approval || base::flag_at(plan.fix, "byModel");
}

base::Result<bool> propose(store::Store& store, const Plan& plan, const Settings& settings,
                           const base::Clock& clock) {
    const std::string key = key_of(plan);
    const std::string family = plan.incident + "." + plan.role + ".";
    const auto earlier = store.outbox().parcels({kPullRequestChannel, plan.incident, {}, 1000});
    if (!earlier) return base::fail(earlier.error());
    const Json planned = to_json(plan);
    for (const store::Parcel& old : *earlier)
        if (old.key.starts_with(family) && same_change(old, planned)) return false;
    // At most one plan of a role waits: an approval of yesterday's plan must not do something that
    // today's report no longer says.
    for (const store::Parcel& old : *earlier)
        if (old.state == store::ParcelState::Held && old.key.starts_with(family))
            if (auto gone = store.outbox().release(kPullRequestChannel, old.key, false,
                                                   "service: a newer plan takes its place");
                !gone && gone.error().kind != ErrorKind::Conflict)
                return base::fail(gone.error());
    store::Parcel parcel = parcel_of(kPullRequestChannel, key, plan.incident, clock, planned);
    if (needs_approval(plan, settings)) parcel.state = store::ParcelState::Held;
    return store.outbox().post(parcel);
}

base::Result<Plan> Desk::first_plan(const std::vector<Fix>& fixes, const Story& story) {
    const Planner planner(parts_.repositories, parts_.settings);
    base::Error last{ErrorKind::NotFound, "there is nothing to plan"};
    for (const Fix& fix : fixes) {
        auto plan = planner.plan(fix, story, base::Deadline::after(kPlanningTime));
        if (plan) return plan;
        // The commit lies in another repository, perhaps in the next one.
        last = plan.error();
        // A conflict or a refusal is the answer of the right repository.
        if (last.kind != ErrorKind::NotFound && last.kind != ErrorKind::Invalid) break;
    }
    return base::fail(last);
}

base::Result<Plan> Desk::plan_fix(const Json& report, const store::Snapshot& snapshot,
                                  const store::Parcel& parcel, std::string& why_not) {
    const Story story{parcel.incident, base::text_at(parcel.body, "role", "fix"), report,
                      parts_.external_url, parts_.hide};
    const Json& given = base::object_at(parcel.body, "fix");
    if (!given.empty()) {
        auto fix = fix_from_json(given);
        if (!fix) return base::fail(fix.error());
        return first_plan({*fix}, story);
    }
    const auto blamed = blamed_changes(report, snapshot.signals);
    if (blamed.empty()) {
        why_not = "no change is blamed";
        return plan_by_model(story, snapshot, {}, why_not);
    }
    if (blamed.front().probability < parts_.settings.least_probability) {
        why_not = fmt::format("the blamed change has {:.0f} %, less than fixes.leastProbability",
                              blamed.front().probability * 100);
        return Plan{};
    }
    // The cause may cite the deploy beside the commit: what can be undone counts.
    for (const Blamed& one : blamed) {
        if (one.statement != blamed.front().statement) break;
        Choice choice = fix_for(one, snapshot.signals, parts_.watched);
        if (choice.fixes.empty()) {
            if (why_not.empty()) why_not = choice.why_not;
            continue;
        }
        auto plan = first_plan(choice.fixes, story);
        // Later commits stand in the way: people have to merge, or a model writes what they would.
        if (plan || plan.error().kind != ErrorKind::Conflict || parts_.author == nullptr)
            return plan;
        why_not = plan.error().text();
        auto written = plan_by_model(story, snapshot, one.change->files, why_not);
        if (written && !written->incident.empty()) return written;
        if (!written && (written.error().kind == ErrorKind::Unavailable ||
                         written.error().kind == ErrorKind::Timeout))
            return written;
        return base::fail(ErrorKind::Conflict, why_not);
    }
    return plan_by_model(story, snapshot, {}, why_not);
}

// Where no change can be taken back: files that the evidence names, repaired by a model. What goes
// wrong is a reason beside the others; only what may pass by itself is an error.
base::Result<Plan> Desk::plan_by_model(const Story& story, const store::Snapshot& snapshot,
                                       const std::vector<std::string>& touched,
                                       std::string& why_not) {
    const Json& causes = base::array_at(story.report, "causes");
    if (parts_.author == nullptr || !parts_.settings.model_patches || causes.empty()) return Plan{};
    const auto reason = [&](const std::string& text) {
        why_not += (why_not.empty() ? "" : "; ") + text;
    };
    if (base::number_at(causes.front(), "probability") < parts_.settings.least_probability) {
        reason("the cause is less probable than fixes.leastProbability, so no model is asked");
        return Plan{};
    }
    const std::string entity = base::text_at(base::object_at(causes.front(), "entity"), "name");
    const Planner planner(parts_.repositories, parts_.settings);
    bool any = false;
    for (const github::Watched& one : parts_.watched) {
        const bool its = one.service == entity ||
                         std::any_of(one.paths.begin(), one.paths.end(),
                                     [&](const auto& path) { return path.second == entity; });
        if (!its) continue;
        any = true;
        const auto deadline = base::Deadline::after(kPlanningTime);
        const auto repository = parts_.repositories(one.name);
        const auto tree =
            repository ? (*repository)->tree(one.branch, deadline) : base::fail(repository.error());
        if (!tree && passes(tree.error())) return base::fail(tree.error());
        if (!tree) {
            reason(tree.error().text());
            continue;
        }
        PatchWish wish;
        wish.repository = one.name;
        wish.base = one.branch;
        wish.report = story.report;
        wish.files = touched;
        for (std::string& file : files_named_in(story.report, tree->items))
            if (std::find(touched.begin(), touched.end(), file) == touched.end())
                wish.files.push_back(std::move(file));
        // What may not be changed is not shown either.
        std::erase_if(wish.files, [&](const std::string& file) {
            return !github::edits::may_touch(file, parts_.settings.rules);
        });
        if (wish.files.empty()) {
            reason("the evidence names no file of " + one.name.text() + " that may be changed");
            continue;
        }
        const auto fix = parts_.author->write(wish, snapshot, planner, parts_.repositories);
        if (!fix && passes(fix.error())) return base::fail(fix.error());
        if (!fix) {
            reason(fix.error().text());
            continue;
        }
        auto plan = planner.plan(*fix, story, base::Deadline::after(kPlanningTime));
        if (plan || passes(plan.error())) return plan;
        reason(plan.error().text());
    }
    if (!any) reason("no watched repository belongs to " + entity);
    return Plan{};
}

Delivery Desk::deliver(const store::Parcel& parcel,
                       const std::function<base::Status(const Json&)>& /*note*/) {
    const auto text = parts_.store.report(parcel.incident);
    if (!text) return Delivery::failed(text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (!report) return Delivery::refused(report.error().text());
    // The window is read, never the cluster: the fix undoes what was seen when the cause was found.
    const auto bytes = parts_.store.stage(parcel.incident, "snapshot");
    if (!bytes) return Delivery::failed(bytes.error());
    const auto snapshot = store::unpack_snapshot(*bytes);
    if (!snapshot) return Delivery::refused(snapshot.error().text());
    if (parts_.learn) parts_.learn(*snapshot);

    Json answer{{"plans", Json::array()}};
    std::string why_not;
    auto plan = plan_fix(*report, *snapshot, parcel, why_not);
    std::vector<Plan> plans;
    std::string failure;
    if (!plan) {
        // Conflict means here that people have to do it: trying again would say the same.
        if (passes(plan.error())) return Delivery::later(plan.error().text());
        failure = plan.error().text();
        why_not = failure;
    } else if (!plan->incident.empty()) {
        plans.push_back(std::move(*plan));
    }
    const bool by_itself = base::object_at(parcel.body, "fix").empty();
    if (by_itself && parts_.settings.monitoring != Monitoring::Off) {
        auto more = plan_monitoring(*report, *snapshot, parts_, plans);
        if (!more && passes(more.error())) return Delivery::later(more.error().text());
        if (!more) answer["monitoring"] = more.error().text();
    }
    for (const Plan& one : plans) {
        const auto posted = propose(parts_.store, one, parts_.settings, parts_.clock);
        if (!posted) return Delivery::failed(posted.error());
        answer["plans"].push_back(key_of(one));
        if (*posted)
            spdlog::info("{}: a {} is proposed for {}: {}", parcel.incident, one.role,
                         one.repository.text(), one.title);
    }
    if (!why_not.empty()) {
        answer["whyNot"] = why_not;
        if (plans.empty()) spdlog::info("{}: no fix is proposed: {}", parcel.incident, why_not);
    }
    if (!failure.empty() && plans.empty()) return Delivery::refused(failure, answer);
    return Delivery::sent(answer);
}

}  // namespace insight::fixes
