#include "agent/fixes/pull_request_sender.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::fixes {
namespace {

using agent::Delivery;
using base::ErrorKind;
using base::Json;
using github::PullRequest;
using github::PullState;

constexpr std::chrono::minutes kSendingTime{3};
// in every commit of ours (words.cpp): how a branch of ours is told from one that somebody pushed
// to
constexpr std::string_view kTrailer = "DevOps-Insight-Incident: ";

// One delivery; each step gives the delivery that ends it, or nothing.
class Opening {
  public:
    Opening(const Plan& plan, github::Repository& repository)
        : plan_(plan), repository_(repository), deadline_(base::Deadline::after(kSendingTime)) {}

    // Nothing when the plan no longer fits and has to be made anew.
    std::optional<Delivery> run(const std::function<base::Status(const Json&)>& note);
    [[nodiscard]] const Json& answer() const { return answer_; }

  private:
    [[nodiscard]] Delivery failed(const base::Error& error) const {
        Delivery delivery = Delivery::failed(error);
        // Not before GitHub's own limit is over.
        delivery.delay = std::max<base::Nanos>(0, repository_.blocked_until() - now_);
        return delivery;
    }
    std::optional<Delivery> look_at_earlier();
    std::optional<Delivery> look_at_branch(const std::string& base_sha);
    std::optional<Delivery> commit(const std::string& base_sha);
    std::optional<Delivery> open();
    void label(int number);

    const Plan& plan_;
    github::Repository& repository_;
    const base::Deadline deadline_;
    const base::Nanos now_ = base::SystemClock().now();
    std::optional<PullRequest> open_;
    bool branch_is_done_ = false;
    bool changed_ = false;
    Json answer_ = Json::object();
};

// What became of pull requests of this branch before.
std::optional<Delivery> Opening::look_at_earlier() {
    const auto earlier = repository_.pull_requests_of(plan_.branch, deadline_);
    if (!earlier) return failed(earlier.error());
    for (const PullRequest& one : *earlier)
        if (one.state == PullState::Open) {
            open_ = one;
            return {};
        }
    if (earlier->empty()) return {};
    const PullRequest& last = earlier->front();
    answer_ = {{"number", last.number}, {"url", last.url}};
    if (last.state == PullState::Merged)
        return Delivery::refused(
            fmt::format("pull request #{} of this incident was merged already; if it did not help, "
                        "the cause is another one",
                        last.number),
            answer_);
    return Delivery::refused(
        fmt::format("pull request #{} of this incident was closed by people: that is respected; "
                    "reopen it to have it updated",
                    last.number),
        answer_);
}

// Only commits of ours may be replaced.
std::optional<Delivery> Opening::look_at_branch(const std::string& base_sha) {
    const auto branch = repository_.branch(plan_.branch, deadline_);
    if (!branch && branch.error().kind == ErrorKind::NotFound) return {};
    if (!branch) return failed(branch.error());
    const auto ahead = repository_.compare(base_sha, branch->sha, deadline_);
    if (!ahead) return failed(ahead.error());
    for (const github::Commit& commit : ahead->commits.items)
        if (commit.message.find(std::string(kTrailer) + plan_.incident) == std::string::npos)
            return Delivery::refused(
                fmt::format("somebody has pushed {} to {}: the branch is left as it is",
                            commit.sha.substr(0, 10), plan_.branch),
                answer_);
    // The base moved on, and the branch still holds exactly this change: no need for a new commit.
    std::set<std::string> there;
    for (const auto& file : ahead->files.items) {
        there.insert(file.path);
        if (file.status == github::FileStatus::Renamed) there.insert(file.previous_path);
    }
    if (there.size() != plan_.files.size()) return {};
    for (const PlannedFile& file : plan_.files) {
        if (!there.contains(file.path)) return {};
        const auto content = repository_.contents(file.path, branch->sha, deadline_);
        const bool same = content ? file.after && *file.after == content->content
                                  : content.error().kind == ErrorKind::NotFound && !file.after;
        if (!same) return {};
    }
    branch_is_done_ = true;
    answer_["commit"] = branch->sha;
    return {};
}

std::optional<Delivery> Opening::commit(const std::string& base_sha) {
    github::CommitRequest request;
    request.branch = plan_.branch;
    request.parent = base_sha;
    // One commit on top of the base, however often it is made anew: people review a change, not our
    // attempts.
    request.replace = true;
    request.message = plan_.message;
    for (const PlannedFile& file : plan_.files)
        request.edits.push_back(
            {file.path, file.after,
             file.executable ? github::EntryKind::Executable : github::EntryKind::File});
    const auto made = repository_.commit_files(request, deadline_);
    if (!made) return failed(made.error());
    changed_ = !made->unchanged;
    answer_["commit"] = made->sha;
    return {};
}

std::optional<Delivery> Opening::open() {
    if (open_) {
        github::PullRequestEdit edit;
        if (open_->title != plan_.title) edit.title = plan_.title;
        // GitHub gives texts back with its own line ends.
        std::string body = open_->body;
        std::erase(body, '\r');
        if (body != plan_.body) edit.body = plan_.body;
        if (edit.title || edit.body) {
            const auto updated = repository_.update_pull_request(open_->number, edit, deadline_);
            if (!updated) return failed(updated.error());
            changed_ = true;
        }
        answer_["state"] = changed_ ? "updated" : "unchanged";
        answer_["number"] = open_->number;
        answer_["url"] = open_->url;
        return {};
    }
    github::PullRequestDraft draft{plan_.title, plan_.body, plan_.branch, plan_.base, plan_.draft};
    auto made = repository_.create_pull_request(draft, deadline_);
    // Private repositories of free plans have no drafts.
    if (!made && made.error().kind == ErrorKind::Invalid && plan_.draft &&
        made.error().text().find("raft") != std::string::npos) {
        draft.draft = false;
        made = repository_.create_pull_request(draft, deadline_);
        answer_["notes"].push_back("this repository has no drafts: it was opened for review");
    }
    if (!made) return failed(made.error());
    answer_["state"] = "opened";
    answer_["number"] = made->number;
    answer_["url"] = made->url;
    label(made->number);
    return {};
}

// Labels are decoration: without them the pull request is still there.
void Opening::label(int number) {
    if (plan_.labels.empty()) return;
    const auto added = repository_.add_labels(number, plan_.labels, deadline_);
    if (!added) answer_["notes"].push_back("labels could not be set: " + added.error().text());
}

std::optional<Delivery> Opening::run(const std::function<base::Status(const Json&)>& note) {
    answer_["branch"] = plan_.branch;
    if (auto end = look_at_earlier()) return end;
    const auto base_branch = repository_.branch(plan_.base, deadline_);
    if (!base_branch) return failed(base_branch.error());
    if (auto end = look_at_branch(base_branch->sha)) return end;
    if (!branch_is_done_) {
        for (const PlannedFile& file : plan_.files) {
            const auto now = repository_.contents(file.path, base_branch->sha, deadline_);
            if (!now && now.error().kind != ErrorKind::NotFound) return failed(now.error());
            const auto stands = now ? std::optional(base::sha256_hex(now->content)) : std::nullopt;
            // The approval was for these files as they stood. Somebody changed one since: it is
            // planned anew.
            if (stands != file.before) return std::nullopt;
        }
        if (auto end = commit(base_branch->sha)) return end;
        // From here on a second attempt finds the branch.
        if (auto kept = note(answer_); !kept) return Delivery::failed(kept.error());
    }
    if (auto end = open()) return end;
    return Delivery::sent(answer_);
}

}  // namespace

Delivery PullRequestSender::deliver(const store::Parcel& parcel,
                                    const std::function<base::Status(const Json&)>& note) {
    const auto plan = plan_from_json(parcel.body);
    if (!plan) return Delivery::refused(plan.error().text());
    // The key is what was approved.
    if (key_of(*plan) != parcel.key)
        return Delivery::refused("the stored plan is not the one that was approved");
    // Checked again here, whoever made the plan: this is the last door before GitHub.
    if (!plan->branch.starts_with("insight/") || plan->branch == plan->base)
        return Delivery::refused("a fix goes to a branch of its own and never to " + plan->base);
    const auto repository = repositories_(plan->repository);
    if (!repository) return Delivery::failed(repository.error());
    Opening opening(*plan, **repository);
    const auto end = opening.run(note);
    if (!end) {
        if (plan_again_) plan_again_(*plan);
        return Delivery::refused(
            "the files have changed since this was planned; a new plan is made and needs a new "
            "approval",
            opening.answer());
    }
    if (end->outcome == Delivery::Outcome::Sent) {
        spdlog::info("{}: pull request {} of {} {}", plan->incident,
                     base::integer_at(end->answer, "number"), plan->repository.text(),
                     base::text_at(end->answer, "state"));
        if (audit_ != nullptr && base::text_at(end->answer, "state") != "unchanged") {
            store::AuditEntry entry;
            entry.time = clock_.now();
            entry.actor = "service";
            entry.action = "pull_request." + base::text_at(end->answer, "state");
            entry.incident = plan->incident;
            entry.detail = {{"repository", plan->repository.text()},
                            {"digest", digest(*plan)},
                            {"pullRequest", end->answer}};
            if (auto kept = audit_->append(std::move(entry)); !kept)
                spdlog::error("the audit entry of a pull request is lost: {}", kept.error().text());
        }
    }
    return *end;
}

}  // namespace insight::fixes
