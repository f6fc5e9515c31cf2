#include <fmt/format.h>

#include "core/base/text.h"
#include "github/numbered.h"
#include "github/read.h"
#include "github/rest_repository.h"
#include "github/writable.h"

namespace insight::github {
Result<Issue> RestRepository::issue(int number, Deadline deadline) {
    const Call call = get(fmt::format("/issues/{}", number), fmt::format("issue #{}", number));
    return read_numbered(api_.ask(call, deadline), call.what, issue_from);
}

Result<Listing<Issue>> RestRepository::issues(const IssueQuery& query, Deadline deadline) {
    std::string rest = fmt::format("/issues?per_page=100&sort=updated&direction=desc&state={}",
                                   query.open ? "open" : "all");
    if (!query.label.empty()) rest += "&labels=" + escape(query.label);
    if (query.updated_since != 0)
        rest += "&since=" +
                escape(base::format_rfc3339(query.updated_since / base::kSecond * base::kSecond));
    const std::function<void(const base::Json&, std::vector<Issue>&)> read =
        [](const base::Json& page, std::vector<Issue>& into) {
            for (const base::Json& one : page)  // GitHub lists pull requests among them
                if (Issue issue = issue_from(one); !issue.pull_request)
                    into.push_back(std::move(issue));
        };
    return api_.list<Issue>(get(rest, "the issues"),
                            static_cast<std::size_t>(std::max(query.limit, 1)), read, deadline);
}

Result<Issue> RestRepository::create_issue(const IssueDraft& draft, Deadline deadline) {
    base::Json body{{"title", base::shorten(base::one_line(draft.title), kMaxTitle)},
                    {"body", base::shorten(draft.body, kMaxBody)}};
    if (!draft.labels.empty()) body["labels"] = draft.labels;
    if (!draft.assignees.empty()) body["assignees"] = draft.assignees;
    const Call call = write("POST", "/issues", std::move(body), "an issue");
    return read_numbered(api_.ask(call, deadline), call.what, issue_from);
}

Result<Issue> RestRepository::update_issue(int number, const IssueEdit& edit, Deadline deadline) {
    base::Json body = base::Json::object();
    if (edit.title) body["title"] = base::shorten(base::one_line(*edit.title), kMaxTitle);
    if (edit.body) body["body"] = base::shorten(*edit.body, kMaxBody);
    if (edit.open) body["state"] = *edit.open ? "open" : "closed";
    if (edit.completed && edit.open == false)
        body["state_reason"] = *edit.completed ? "completed" : "not_planned";
    if (edit.labels) body["labels"] = *edit.labels;
    if (edit.assignees) body["assignees"] = *edit.assignees;
    const Call call = write("PATCH", fmt::format("/issues/{}", number), std::move(body),
                            fmt::format("issue #{}", number));
    return read_numbered(api_.ask(call, deadline), call.what, issue_from);
}

}  // namespace insight::github
