// GitHub Issues (github.com, or Enterprise by its URL), REST API version 2022-11-28.
//
// The copy is found again by a comment of HTML in its text that names the ticket; our comments
// carry the same, by which they are told from people's.
#pragma once

#include "agent/tickets/tracker.h"

namespace insight::tickets {

struct GithubSettings {
    std::string repository;  // "acme/shop"
    std::vector<std::string> labels;
};

class GithubIssues final : public Tracker {
  public:
    GithubIssues(outreach::Party party, GithubSettings settings);

    Attempt<std::optional<Remote>> find(const Ticket& ticket) override;
    Attempt<Remote> create(const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> comment(const Remote& remote, const Ticket& ticket, const Blocks& news) override;
    Attempt<std::string> move(const Remote& remote, const Ticket& ticket) override;
    // Asked with the ETag of the last answer: unchanged issues cost nothing of the rate limit.
    Attempt<std::optional<Seen>> read(const Remote& remote, const Ticket& ticket,
                                      const ReadMark& mark) override;
    outreach::Checks examine() override;

  private:
    Attempt<std::vector<RemoteComment>> comments_after(const Remote& remote, std::int64_t number);

    outreach::Party party_;
    GithubSettings settings_;
};

}  // namespace insight::tickets
