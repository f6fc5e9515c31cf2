#include <fmt/format.h>

#include "core/base/text.h"
#include "github/numbered.h"
#include "github/read.h"
#include "github/rest_repository.h"
#include "github/writable.h"

namespace insight::github {
namespace {

constexpr std::size_t kMaxRemarks = 50;

void read_pull_requests(const base::Json& page, std::vector<PullRequest>& into) {
    for (const base::Json& one : page) into.push_back(pull_request_from(one));
}

std::string pull_request_words(int number) {
    return fmt::format("pull request #{}", number);
}

}  // namespace

Result<PullRequest> RestRepository::pull_request(int number, Deadline deadline) {
    const Call call = get(fmt::format("/pulls/{}", number), pull_request_words(number));
    return read_numbered(api_.ask(call, deadline), call.what, pull_request_from);
}

Result<std::vector<PullRequest>> RestRepository::pull_requests_of(const std::string& head_branch,
                                                                  Deadline deadline) {
    if (auto ok = check_branch(head_branch); !ok) return base::fail(ok.error());
    const Call call =
        get(fmt::format("/pulls?state=all&sort=created&direction=desc&per_page=100&head={}",
                        // The filter wants OWNER:BRANCH; with a branch alone GitHub ignores it and
                        // lists everything.
                        escape(name_.owner + ":" + head_branch)),
            fmt::format("the pull requests of branch '{}'", head_branch));
    auto all = api_.list<PullRequest>(call, 300, read_pull_requests, deadline);
    if (!all) return base::fail(all.error());
    // A filter that the server did not understand must not make strangers' requests ours.
    std::erase_if(all->items, [&](const PullRequest& one) { return one.head != head_branch; });
    return std::move(all->items);
}

Result<std::vector<PullRequest>> RestRepository::pull_requests_with(const std::string& sha,
                                                                    Deadline deadline) {
    if (!is_sha(sha))
        return base::fail(base::ErrorKind::Invalid,
                          name_.text() + ": a commit is asked for by its whole SHA");
    auto all = api_.list<PullRequest>(get("/commits/" + sha + "/pulls?per_page=100",
                                          "the pull requests with commit " + sha.substr(0, 12)),
                                      100, read_pull_requests, deadline);
    if (!all) return base::fail(all.error());
    return std::move(all->items);
}

Result<PullRequest> RestRepository::create_pull_request(const PullRequestDraft& draft,
                                                        Deadline deadline) {
    if (auto ok = check_branch(draft.head); !ok) return base::fail(ok.error());
    std::string onto = draft.base;
    if (onto.empty()) {
        const auto facts = about(deadline);
        if (!facts) return base::fail(facts.error());
        onto = facts->default_branch;
    }
    const Call call = write("POST", "/pulls",
                            {{"title", base::shorten(base::one_line(draft.title), kMaxTitle)},
                             {"body", base::shorten(draft.body, kMaxBody)},
                             {"head", draft.head},
                             {"base", onto},
                             {"draft", draft.draft}},
                            fmt::format("a pull request of branch '{}'", draft.head));
    auto made = read_numbered(api_.ask(call, deadline), call.what, pull_request_from);
    if (made) return made;
    // It may have been opened although the answer got lost: never open a second one.
    const base::Error error = made.error();
    const bool open = error.kind == base::ErrorKind::Timeout ||
                      error.kind == base::ErrorKind::Unavailable ||
                      error.kind == base::ErrorKind::Corrupt;
    if (open)
        if (auto known = pull_requests_of(draft.head, deadline))
            for (PullRequest& one : *known)
                if (one.state == PullState::Open && one.base == onto) return std::move(one);
    return base::fail(error);
}

Result<PullRequest> RestRepository::update_pull_request(int number, const PullRequestEdit& edit,
                                                        Deadline deadline) {
    base::Json body = base::Json::object();
    if (edit.title) body["title"] = base::shorten(base::one_line(*edit.title), kMaxTitle);
    if (edit.body) body["body"] = base::shorten(*edit.body, kMaxBody);
    if (edit.base) body["base"] = *edit.base;
    if (edit.open) body["state"] = *edit.open ? "open" : "closed";
    const Call call = write("PATCH", fmt::format("/pulls/{}", number), std::move(body),
                            pull_request_words(number));
    return read_numbered(api_.ask(call, deadline), call.what, pull_request_from);
}

Status RestRepository::add_review(int number, const std::string& sha, const std::string& body,
                                  const std::vector<ReviewRemark>& remarks, Deadline deadline) {
    base::Json comments = base::Json::array();
    for (const ReviewRemark& remark : remarks) {
        if (comments.size() == kMaxRemarks) break;
        std::string text = remark.body;
        if (remark.suggestion) {
            // The fence must be longer than any in the suggested lines.
            std::string fence = "```";
            while (remark.suggestion->find(fence) != std::string::npos) fence += '`';
            text += fmt::format("\n\n{}suggestion\n{}\n{}", fence, *remark.suggestion, fence);
        }
        base::Json one{{"path", remark.path},
                       {"line", remark.line},
                       {"side", "RIGHT"},
                       {"body", base::shorten(text, kMaxBody)}};
        if (remark.first_line != 0 && remark.first_line < remark.line) {
            one["start_line"] = remark.first_line;
            one["start_side"] = "RIGHT";
        }
        comments.push_back(std::move(one));
    }
    auto reply = api_.ask(write("POST", fmt::format("/pulls/{}/reviews", number),
                                {{"commit_id", sha},
                                 {"body", base::shorten(body, kMaxBody)},
                                 {"event", "COMMENT"},
                                 {"comments", std::move(comments)}},
                                "a review of " + pull_request_words(number)),
                          deadline);
    if (!reply) return base::fail(reply.error());
    return {};
}

}  // namespace insight::github
