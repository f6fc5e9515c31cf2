// A pull request fetched, reviewed, and, where wanted, answered with one comment that is updated in
// place.
#pragma once

#include <string>

#include "agent/review/review.h"
#include "core/base/redaction.h"
#include "core/store/store.h"
#include "github/client.h"

namespace insight::review {

// "octo/shop#12", or the pull request's address on GitHub. Errors: Invalid.
struct Target {
    github::RepositoryName repository;
    int number = 0;
};
base::Result<Target> parse_target(std::string_view text);

struct Answer {
    Target target;
    github::PullRequest pull;
    Review review;
    std::string markdown;
    std::string comment_url;  // empty: not posted
};

// The review and where it belongs: {repository, number, title, url, headSha, comment, …review}.
base::Json to_json(const Answer& answer);

class Reviewer {
  public:
    // `store` may be null: nothing is known of production then. `rules`: what is hidden beside
    // secrets; `border_key` makes the same tokens as at the other doors.
    Reviewer(github::Client& client, store::Store* store, std::string external_url,
             base::RedactionRules rules = {}, base::Secret border_key = {})
        : client_(client),
          store_(store),
          external_url_(std::move(external_url)),
          rules_(std::move(rules)),
          border_key_(std::move(border_key)) {
        while (external_url_.ends_with('/')) external_url_.pop_back();
    }

    // Errors: as github::Repository.
    base::Result<Answer> run(const Target& target, bool post, base::Deadline deadline);

  private:
    bool hide_past(Production& production, const std::string& markdown, base::Border& border) const;

    github::Client& client_;
    store::Store* store_;
    std::string external_url_;
    base::RedactionRules rules_;
    base::Secret border_key_;
};

}  // namespace insight::review
