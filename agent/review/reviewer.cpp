#include "agent/review/reviewer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "agent/known_secrets/window_secrets.h"
#include "core/base/text.h"
#include "github/changes.h"

namespace insight::review {
namespace {

using base::ErrorKind;

constexpr std::size_t kDiffBytes = 64U << 10;  // what the analysis reads
constexpr base::Nanos kLookback = 90 * 24 * base::kHour;
// a request to GitHub each; the largest changes of the pull request say most about its likes
constexpr std::size_t kFilesAsked = 3;

// Commits that touched the largest files of the pull request before it.
std::vector<github::Commit> earlier_commits(github::Repository& repository, const Asked& asked,
                                            base::Deadline deadline) {
    auto files = asked.files.items;
    std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        return a.additions + a.deletions > b.additions + b.deletions;
    });
    std::vector<github::Commit> out;
    std::set<std::string> seen;
    const base::Nanos until =
        asked.pull.created_at != 0 ? asked.pull.created_at : base::SystemClock().now();
    for (std::size_t i = 0; i < std::min(files.size(), kFilesAsked); ++i) {
        github::CommitQuery query;
        query.branch = asked.pull.base;
        // The base branch knows a renamed file by its old name.
        query.path = files[i].previous_path.empty() ? files[i].path : files[i].previous_path;
        query.since = until - kLookback;
        query.until = until;
        query.limit = 30;
        const auto commits = repository.commits(query, deadline);
        if (!commits) continue;  // only less is known
        for (const github::Commit& commit : commits->items)
            if (seen.insert(commit.sha).second) out.push_back(commit);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.committed_at > b.committed_at; });
    return out;
}

// What people wrote is hidden before anything is said about it: a value that a diff takes from its
// key ("from … to …"), or that was escaped for Markdown, would not be recognised afterwards. First
// all of it is read, so that a password of the diff is known when the title says it bare.
void hide_written(Asked& asked, base::Border& border) {
    const auto each = [&](const auto& change) {
        change(asked.diff);
        change(asked.pull.title);
        change(asked.pull.body);
        for (github::FileDiff& file : asked.files.items) change(file.patch);
        for (github::Commit& commit : asked.earlier) change(commit.message);
    };
    each([&](const std::string& text) { (void)border.hide(text); });
    each([&](std::string& text) { text = border.hide(text); });
}

}  // namespace

base::Result<Target> parse_target(std::string_view text) {
    const auto wrong = [&] {
        return base::fail(ErrorKind::Invalid,
                          fmt::format("'{}' is no pull request: write OWNER/REPO#NUMBER",
                                      base::shorten(base::clean_utf8(text), 100)));
    };
    std::string_view rest = text;
    std::string_view number;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        rest.remove_prefix(scheme + 3);
        const std::size_t slash = rest.find('/');
        const std::size_t pull = rest.find("/pull/");
        if (slash == std::string_view::npos || pull == std::string_view::npos || pull < slash)
            return wrong();
        number = rest.substr(pull + 6);
        number = number.substr(0, number.find_first_of("/?#"));
        rest = rest.substr(slash + 1, pull - slash - 1);
    } else {
        const std::size_t hash = rest.find('#');
        if (hash == std::string_view::npos) return wrong();
        number = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    Target target;
    auto name = github::parse_name(rest);
    const char* end = number.data() + number.size();
    const auto [stop, failed] = std::from_chars(number.data(), end, target.number);
    if (!name || failed != std::errc() || stop != end || target.number < 1) return wrong();
    target.repository = std::move(*name);
    return target;
}

// What the comment says of past incidents may be known as secret only from their windows, and has
// to be hidden before it is escaped: with a backslash in it nobody recognises it. False: it names
// none.
bool Reviewer::hide_past(Production& production, const std::string& markdown,
                         base::Border& border) const {
    bool any = false;
    for (PastHarm& harm : production.past) {
        if (harm.incident.empty() || markdown.find(harm.incident) == std::string::npos) continue;
        agent::learn_secrets([&](const base::Json& json) { (void)border.hide(json); }, *store_,
                             harm.incident);
        for (std::string* text : {&harm.title, &harm.statement, &harm.change.summary,
                                  &harm.change.before, &harm.change.after, &harm.change.diff})
            *text = border.hide(*text);
        any = true;
    }
    return any;
}

base::Result<Answer> Reviewer::run(const Target& target, bool post, base::Deadline deadline) {
    const auto repository = client_.repository(target.repository);
    auto pull = repository->pull_request(target.number, deadline);
    if (!pull) return base::fail(pull.error());
    auto files = repository->pull_request_files(target.number, deadline);
    if (!files) return base::fail(files.error());
    Asked asked;
    if (const github::Watched* watched = client_.watched(target.repository))
        asked.watched = *watched;
    asked.pull = std::move(*pull);
    asked.files = std::move(*files);
    // The analysis reads so many lines: a few huge files must not hide the small ones.
    std::stable_sort(asked.files.items.begin(), asked.files.items.end(),
                     [](const github::FileDiff& a, const github::FileDiff& b) {
                         return a.additions + a.deletions < b.additions + b.deletions;
                     });
    asked.diff = github::unified(asked.files.items, kDiffBytes);
    // From the base: a pull request must not name its own owners.
    for (const std::string& place : CodeOwners::places())
        if (const auto file = repository->contents(place, asked.pull.base_sha, deadline)) {
            asked.owners = CodeOwners(file->content);
            break;
        }
    asked.earlier = earlier_commits(*repository, asked, deadline);
    base::Border border(rules_, border_key_);
    hide_written(asked, border);
    Production production = store_ != nullptr ? production_of(*store_) : Production{};
    Answer answer{target, asked.pull, review(asked, production), "", ""};
    answer.markdown = to_markdown(answer.review, external_url_);
    // Only the past incidents that the comment names are learned from, as each means reading a
    // window; then it is made once more from what is hidden.
    if (hide_past(production, answer.markdown, border)) {
        answer.review = review(asked, production);
        answer.markdown = to_markdown(answer.review, external_url_);
    }
    answer.markdown = border.hide(answer.markdown);
    if (post) {
        const auto comment =
            repository->put_comment(target.number, "review", answer.markdown, deadline);
        if (!comment) return base::fail(comment.error());
        answer.comment_url = comment->url;
    }
    return answer;
}

base::Json to_json(const Answer& answer) {
    base::Json out = to_json(answer.review);
    out["repository"] = answer.target.repository.text();
    out["number"] = answer.target.number;
    out["title"] = answer.pull.title;
    out["url"] = answer.pull.url;
    out["headSha"] = answer.pull.head_sha;
    out["comment"] =
        answer.comment_url.empty() ? base::Json(nullptr) : base::Json(answer.comment_url);
    return out;
}

}  // namespace insight::review
