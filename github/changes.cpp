#include "github/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/redaction/entrance.h"
#include "core/base/text.h"
#include "github/landing.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

constexpr std::size_t kDiffBytes = 64U << 10;
constexpr std::size_t kSummary = 300;
constexpr std::size_t kMaxChangedFiles = 300;

std::string first_line(const std::string& message) {
    return base::shorten(base::one_line(message.substr(0, message.find('\n'))), kSummary);
}

// The service most of whose lines were touched; empty when two have the same share.
std::string service_touched(const Watched& watched, const std::vector<FileDiff>& files) {
    std::map<std::string, int> lines;
    for (const FileDiff& file : files)
        lines[service_of(watched, file.path)] += 1 + file.additions + file.deletions;
    if (lines.empty()) return watched.paths.empty() ? watched.service : std::string();
    lines.erase("");
    std::string best;
    int most = 0;
    for (const auto& [service, count] : lines) {
        // Two services with the same share: whoever was named would be named by chance.
        if (count == most) best.clear();
        if (count > most) {
            best = service;
            most = count;
        }
    }
    return best;
}

// What a deployment is of: the one service of the repository, or the one its name speaks of.
std::string service_deployed(const Watched& watched, const Deployment& deployment) {
    if (watched.paths.empty()) return watched.service;
    std::string best = watched.service;
    std::size_t length = 0;
    for (const auto& [pattern, service] : watched.paths)
        for (const std::string& text :
             {deployment.environment, deployment.task, deployment.description})
            if (service.size() > length && text.find(service) != std::string::npos) {
                best = service;
                length = service.size();
            }
    return best;
}

model::Change commit_change(const Commit& commit, const Watched& watched,
                            const std::vector<FileDiff>& files) {
    model::Change out;
    out.time = commit.committed_at;
    out.kind = "commit";
    out.entity = service_touched(watched, files);
    out.author = commit.author;
    out.summary = first_line(commit.message);
    // git says in the body what a revert takes back: without it, nobody could tell which one.
    if (const std::size_t said = commit.message.find("This reverts commit ");
        said != std::string::npos)
        out.summary += "; " + first_line(commit.message.substr(said, 80));
    out.ref = commit.sha;
    out.diff = base::veiled(unified(files, kDiffBytes));
    for (const FileDiff& file : files)
        if (out.files.size() < kMaxChangedFiles) out.files.push_back(shown_path(file.path));
    return out;
}

void add_commits(Repository& repository, const Watched& watched, const Settings& settings,
                 const model::Window& window, Changes& out, Deadline deadline) {
    const Nanos since = std::min(window.baseline_start, window.start) - settings.lookback;
    Looked looked;
    looked.query = fmt::format("commits of {} ({}) since {}", repository.name().text(),
                               watched.branch.empty() ? "default branch" : watched.branch,
                               base::format_rfc3339(since / base::kSecond * base::kSecond));
    const auto listed =
        repository.commits({watched.branch, "", since, window.end, settings.max_commits}, deadline);
    if (!listed) {
        looked.status = base::fail(listed.error());
        out.looked.push_back(std::move(looked));
        return;
    }
    looked.truncated = listed->truncated;
    looked.note = listed->note;
    const auto note = [&](const std::string& text) {
        looked.truncated = true;
        looked.note += (looked.note.empty() ? "" : "; ") + text;
    };
    int diffs = 0;
    int left_out = 0;
    // Newest first, so that a bound on diffs leaves out what is least likely to matter.
    for (const Landed& landed : landings(listed->items)) {
        std::vector<FileDiff> files;
        if (diffs < settings.max_diffs && looked.status) {
            ++diffs;
            auto detail = repository.commit(landed.commit->sha, deadline);
            if (detail)
                files = std::move(detail->files.items);
            else if (detail.error().kind == base::ErrorKind::Timeout ||
                     detail.error().kind == base::ErrorKind::Unavailable)
                diffs = settings.max_diffs;  // the next one would fail the same way
            if (!detail) note("a diff is missing; " + detail.error().message);
        } else {
            ++left_out;
        }
        model::Change change = commit_change(*landed.commit, watched, files);
        change.time = landed.time;
        // A commit of a branch went live when it was merged; it cannot have done harm before it was
        // written.
        if (landed.time != landed.commit->committed_at)
            change.not_before = landed.commit->committed_at;
        out.changes.push_back(std::move(change));
        ++looked.count;
    }
    if (left_out > 0)
        note(fmt::format("{} older commits come without their diffs (github.maxDiffs)", left_out));
    out.looked.push_back(std::move(looked));
}

void add_deployments(Repository& repository, const Watched& watched, const model::Window& window,
                     Changes& out, Deadline deadline) {
    const Nanos since = std::min(window.baseline_start, window.start);
    Looked looked;
    looked.query = fmt::format("deployments of {}", repository.name().text());
    // One that was made before the window may have become live in it.
    const auto listed = repository.deployments(since - base::kHour, deadline);
    if (!listed) {
        looked.status = base::fail(listed.error());
        out.looked.push_back(std::move(looked));
        return;
    }
    looked.truncated = listed->truncated;
    looked.note = listed->note;
    for (const Deployment& one : listed->items) {
        const auto& wanted = watched.environments;
        if (!wanted.empty() &&
            std::find(wanted.begin(), wanted.end(), one.environment) == wanted.end())
            continue;
        const Nanos time = one.live_at != 0 ? one.live_at : one.created_at;
        // By when it was live, not by when it was asked for: that is when users met it.
        if (time < since || time > window.end) continue;
        model::Change change;
        change.time = time;
        if (one.live_at > one.created_at) change.not_before = one.created_at;
        change.kind = "deploy";
        change.entity = service_deployed(watched, one);
        change.author = one.author;
        change.summary = base::shorten(
            base::one_line(fmt::format(
                "{} of {} ({}) to {}{}{}", one.task.empty() ? "deploy" : one.task, one.ref,
                one.sha.substr(0, 12), one.environment, one.state.empty() ? "" : ", " + one.state,
                one.description.empty() ? "" : ": " + one.description)),
            kSummary);
        change.ref = one.sha;
        out.changes.push_back(std::move(change));
        ++looked.count;
    }
    out.looked.push_back(std::move(looked));
}

// Behind add_deployments().
void add_releases(Repository& repository, const Watched& watched, const model::Window& window,
                  Changes& out, Deadline deadline) {
    const Nanos since = std::min(window.baseline_start, window.start);
    Looked looked;
    looked.query = fmt::format("releases of {}", repository.name().text());
    const auto listed = repository.releases(since, deadline);
    if (!listed) {
        looked.status = base::fail(listed.error());
        out.looked.push_back(std::move(looked));
        return;
    }
    looked.truncated = listed->truncated;
    looked.note = listed->note;
    // A release says what can be deployed. Only where nothing says what was, it stands for it.
    const bool deployed = !out.changes.empty();
    for (const Release& one : listed->items) {
        if (one.published_at > window.end) continue;
        ++looked.count;
        if (deployed) continue;
        model::Change change;
        change.time = one.published_at;
        change.kind = "deploy";
        change.entity = watched.paths.empty() ? watched.service : std::string();
        change.author = one.author;
        change.summary =
            base::shorten(base::one_line(fmt::format(
                              "release {}{}", one.tag,
                              one.name.empty() || one.name == one.tag ? "" : ": " + one.name)),
                          kSummary);
        // Most releases are made of a branch, whose name says nothing of what was in it then.
        if (is_sha(one.target)) change.ref = one.target;
        out.changes.push_back(std::move(change));
    }
    if (deployed && looked.count > 0)
        looked.note += std::string(looked.note.empty() ? "" : "; ") +
                       "no changes of their own, since deployments tell what went live";
    out.looked.push_back(std::move(looked));
}

}  // namespace

std::string unified(const std::vector<FileDiff>& files, std::size_t bytes) {
    std::vector<std::string> parts;
    for (const FileDiff& file : files) {
        const std::string before = file.previous_path.empty() ? file.path : file.previous_path;
        std::string part = fmt::format(
            "--- {}\n+++ {}\n",
            file.status == FileStatus::Added ? "/dev/null" : "a/" + shown_path(before),
            file.status == FileStatus::Removed ? "/dev/null" : "b/" + shown_path(file.path));
        if (file.binary) part += "Binary files differ\n";
        if (!file.patch.empty()) part += file.patch + "\n";
        if (file.truncated) part += "\\ the rest of this patch was left out\n";
        parts.push_back(std::move(part));
    }
    // Each file gets its share; what small ones leave goes to the larger ones.
    std::vector<std::size_t> order(parts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return parts[a].size() < parts[b].size();
    });
    std::size_t left = bytes;
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::string& part = parts[order[i]];
        const std::size_t share = left / (order.size() - i);
        if (part.size() > share) {
            const std::size_t end = share == 0 ? std::string::npos : part.rfind('\n', share - 1);
            part.resize(end == std::string::npos ? 0 : end + 1);
        }
        left -= part.size();
    }
    std::string out;
    for (const std::string& part : parts) out += part;
    return out;
}

Changes changes_of(Repository& repository, const Watched& watched, const Settings& settings,
                   const model::Window& window, Deadline deadline) {
    Changes out;
    // Deployments first: they say when a commit went live. Their states take a request each, so
    // they get a part of the time only.
    add_deployments(repository, watched, window, out, deadline.sooner(deadline.remaining() / 3));
    add_releases(repository, watched, window, out, deadline);
    add_commits(repository, watched, settings, window, out, deadline);
    return out;
}

}  // namespace insight::github
