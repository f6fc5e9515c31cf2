// A conversation about an incident, kept in the store so that any replica can go on with it.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/store/documents.h"

namespace insight::agent::chat {

struct Citation {
    std::string id;  // of the evidence
    std::string title;
    std::string source;
};

struct Exchange {
    base::Nanos time = 0;
    std::string question;
    std::string answer;    // Markdown
    std::string topic;     // what the question was taken for
    std::string incident;  // whose report answered; empty: none did
    std::string by;        // "engine", or the model as its provider names it
    std::vector<Citation> citations;
};

struct Conversation {
    std::string id;
    std::string incident;  // the one spoken of last; empty: none yet
    base::Nanos opened_at = 0;
    std::vector<Exchange> exchanges;  // the last 40; earlier ones are let go
    std::int64_t dropped = 0;
    std::int64_t version = 0;  // of the document
};

constexpr std::size_t kLongestQuestion = 4000;
constexpr std::size_t kLongestAnswer = 24'000;
constexpr std::size_t kMostExchanges = 40;

base::Json to_json(const Citation& citation);
base::Json to_json(const Exchange& exchange);
base::Json to_json(const Conversation& conversation);

// "chat-" and 32 digits and dashes
std::string new_id(base::Nanos now);

// Collection "chat.conversations". Errors: Invalid (no such id can exist), NotFound, Unavailable.
base::Result<Conversation> load(store::Documents& documents, const std::string& id);
// Adds the exchange and writes. Errors: Conflict (another question of this conversation was
// answered meanwhile), Unavailable.
base::Status keep(store::Documents& documents, Conversation& conversation, Exchange exchange);

}  // namespace insight::agent::chat
