// Jira: Cloud (REST API version 3, texts in ADF) and Server or Data Center (version 2, wiki
// markup).
//
// The copy is found again by a label that only it has: "insight-" and the ticket's id. Our comments
// end with a line that no person writes.
#pragma once

#include <map>

#include "agent/tickets/tracker.h"

namespace insight::tickets {

struct JiraSettings {
    bool cloud = true;
    std::string project;  // "OPS"
    std::string issue_type = "Task";
    std::vector<std::string> labels;
    // Names of Jira's statuses by ours; a state without one leaves the issue where it is.
    std::map<std::string, std::string> states;
    std::map<std::string, std::string> priorities;  // by severity; may be empty
};

class Jira final : public Tracker {
  public:
    Jira(outreach::Party party, JiraSettings settings);

    Attempt<std::optional<Remote>> find(const Ticket& ticket) override;
    Attempt<Remote> create(const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) override;
    Attempt<void> comment(const Remote& remote, const Ticket& ticket, const Blocks& news) override;
    Attempt<std::string> move(const Remote& remote, const Ticket& ticket) override;
    // Jira has no conditional requests: its time of change is asked first, comments only after one.
    Attempt<std::optional<Seen>> read(const Remote& remote, const Ticket& ticket,
                                      const ReadMark& mark) override;
    outreach::Checks examine() override;

  private:
    [[nodiscard]] std::optional<State> means(const std::string& status, const std::string& category,
                                             const Ticket& ticket) const;
    Attempt<std::vector<RemoteComment>> comments_after(const Remote& remote, std::int64_t number);
    outreach::Check examine_rights();
    outreach::Check examine_states();
    [[nodiscard]] base::Json text(const Blocks& blocks) const;
    [[nodiscard]] base::Json fields(const Ticket& ticket, const Sheet& sheet) const;
    [[nodiscard]] Remote remote(const std::string& key) const;

    outreach::Party party_;
    JiraSettings settings_;
    std::string api_;  // "/rest/api/3"
};

}  // namespace insight::tickets
