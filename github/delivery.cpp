// Checks, releases and deployments: what happens to a commit on its way to production.
#include <fmt/format.h>

#include "core/base/text.h"
#include "github/read.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

constexpr std::size_t kMaxChecks = 300;
constexpr std::size_t kMaxReleases = 100;
constexpr std::size_t kMaxDeployments = 60;  // each needs a request of its own for its state

// Walks a list that is ordered newest first until it is older than `since`.
template <typename T>
struct NewestFirst {
    Nanos since;
    Nanos T::*time;
    bool ended = false;

    void add(T item, std::vector<T>& into) {
        if (item.*time == 0) return;  // a draft
        if (item.*time < since)
            ended = true;
        else
            into.push_back(std::move(item));
    }
};

}  // namespace

Result<Listing<Check>> RestRepository::checks(const std::string& ref, Deadline deadline) {
    const auto path = escape_path(ref);
    if (!path) return base::fail(path.error());
    const std::string what = "the checks of " + shown_path(ref);
    const std::function<void(const base::Json&, std::vector<Check>&)> runs =
        [](const base::Json& page, std::vector<Check>& into) {
            for (const base::Json& one : base::array_at(page, "check_runs"))
                into.push_back(check_run_from(one));
        };
    auto out = api_.list<Check>(get("/commits/" + *path + "/check-runs?per_page=100", what),
                                kMaxChecks, runs, deadline);
    if (!out) return out;
    // Statuses are the older kind, which many systems still write.
    const auto older = api_.ask(get("/commits/" + *path + "/status?per_page=100", what), deadline);
    if (!older) {
        out->truncated = true;
        out->note = "commit statuses are missing; " + older.error().message;
        return out;
    }
    for (const base::Json& one : base::array_at(older->json, "statuses"))
        out->items.push_back(status_from(one));
    return out;
}

Status RestRepository::add_check(const std::string& sha, const Check& check, Deadline deadline) {
    // in the order of CheckState
    static constexpr std::array<const char*, 4> kConclusions{"", "success", "failure", "neutral"};
    base::Json body{{"name", base::shorten(check.name, 100)},
                    {"head_sha", sha},
                    {"output",
                     {{"title", base::shorten(check.name, 200)},
                      {"summary", base::shorten(check.summary, 65'000)}}}};
    if (!check.url.empty()) body["details_url"] = check.url;
    body["status"] = check.state == CheckState::Pending ? "in_progress" : "completed";
    if (check.state != CheckState::Pending)
        body["conclusion"] = kConclusions.at(static_cast<std::size_t>(check.state));
    auto reply = api_.ask(
        write("POST", "/check-runs", std::move(body), fmt::format("check '{}'", check.name)),
        deadline);
    if (!reply) return base::fail(reply.error());
    return {};
}

Result<Listing<Release>> RestRepository::releases(Nanos since, Deadline deadline) {
    // Ordered by when they were made, not published: a few older ones in between are no end.
    const std::function<void(const base::Json&, std::vector<Release>&)> read =
        [&](const base::Json& page, std::vector<Release>& into) {
            for (const base::Json& one : page)
                if (!base::flag_at(one, "draft"))
                    if (Release release = release_from(one); release.published_at >= since)
                        into.push_back(std::move(release));
        };
    const Call call = get("/releases?per_page=50", "the releases");
    auto reply = api_.ask(call, deadline);
    if (!reply) return base::fail(reply.error());
    Listing<Release> out;
    read(reply->json, out.items);
    // The whole first page is new: there may be more.
    if (!reply->next.empty() && out.items.size() == reply->json.size())
        return api_.list<Release>(call, kMaxReleases, read, deadline);
    return out;
}

Result<Listing<Deployment>> RestRepository::deployments(Nanos since, Deadline deadline) {
    const Call call = get("/deployments?per_page=50", "the deployments");
    Listing<Deployment> out;
    NewestFirst<Deployment> order{since, &Deployment::created_at};
    auto reply = api_.ask(call, deadline);
    for (int pages = 1; reply; ++pages) {
        for (const base::Json& one : reply->json) order.add(deployment_from(one), out.items);
        if (order.ended || reply->next.empty()) break;
        if (out.items.size() >= kMaxDeployments || pages == 10) {
            out.truncated = true;
            break;
        }
        Call next = call;
        next.path =
            fmt::format("/repos/{}/deployments?per_page=50&page={}", name_.text(), pages + 1);
        reply = api_.ask(next, deadline);
    }
    if (!reply && out.items.empty()) return base::fail(reply.error());
    if (out.items.size() > kMaxDeployments) out.items.resize(kMaxDeployments);
    if (!reply) out.note = "the list goes on; " + reply.error().message;
    if (out.truncated)
        out.note = fmt::format("only the newest {} deployments were read", out.items.size());
    for (Deployment& one : out.items) {
        const auto states =
            api_.ask(get(fmt::format("/deployments/{}/statuses?per_page=100", one.id),
                         fmt::format("the state of deployment {}", one.id)),
                     deadline);
        if (!states) {
            out.note = "states of deployments are missing; " + states.error().message;
            break;
        }
        for (const base::Json& status : states->json) {  // newest first
            const std::string state = base::text_at(status, "state");
            const Nanos at = time_at(status, "created_at");
            if (one.state.empty()) {
                one.state = base::shorten(base::clean_utf8(state), 50);
                one.state_at = at;
            }
            // The last to be set is the first success: later ones only confirm it.
            if (state == "success") one.live_at = at;
        }
    }
    out.truncated = !out.note.empty();
    return out;
}

}  // namespace insight::github
