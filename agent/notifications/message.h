// What is said about a ticket in a notification, before any channel gives it a form. Everything in
// it has gone through the border.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/tickets/ticket.h"
#include "core/base/redaction.h"

namespace insight::notifications {

struct Message {
    std::string id;        // of the ticket, or of the approval
    std::string incident;  // may be empty
    std::string title;
    std::string severity;  // info, warning, critical
    std::string state;     // of the ticket; "approval" when something waits for one
    std::string summary;
    std::vector<std::pair<std::string, std::string>> facts;  // name, value
    std::vector<std::pair<std::string, std::string>> links;  // name, URL; the first is the main one
    // What is new since this channel was told last, one sentence each; empty in a first message.
    std::vector<std::string> news;
    base::Nanos time = 0;  // when the ticket was opened
    std::int64_t revision = 0;

    [[nodiscard]] bool over() const { return state == "resolved" || state == "closed"; }
};

// `told` is the revision that the channel knows; 0: nothing yet. `quietly` leaves out what only
// matters to who works on it (comments, assignments).
Message message_of(const tickets::Ticket& ticket, std::int64_t told, bool quietly,
                   const std::string& pages, base::Border& border);

// Something waits for an approval: what, and the signed link to the page that asks.
struct Request {
    std::string id;
    std::string incident;
    std::string title;
    std::string summary;
    std::string link;
};
Message message_of(const Request& request, base::Border& border);

// Title, summary, facts, news, links as lines.
std::string plain(const Message& message);
// Of what is shown, to know whether a message has to be changed.
std::string digest_of(const Message& message);

}  // namespace insight::notifications
