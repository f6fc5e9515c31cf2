// What is known of the copy of a ticket in a tracker: what we brought there, and what people were
// seen to do with it. One document "TRACKER/TICKET" of the collection "tickets.copy".
#pragma once

#include "agent/tickets/tracker.h"
#include "core/store/documents.h"

namespace insight::tickets {

struct Copy {
    std::string key;           // of the document
    std::int64_t version = 0;  // of the document
    Remote remote;
    // Written; after each step that must not be done twice.
    std::string sheet;          // digest
    std::string state;          // the ticket's that it was brought into
    std::int64_t told = 0;      // revision up to which comments were made
    std::int64_t revision = 0;  // everything of it is there
    bool tried = false;         // it may have been made, whoever tried it
    // Read. What differs from it later was done by somebody else.
    ReadMark mark;
    std::string status;  // empty: never seen, or changed by us since
    std::string assignee;
    Nanos read_at = 0;
    bool gone = false;  // somebody deleted it there
};

std::string copy_key(const std::string& tracker, const std::string& ticket);
// A fresh one where none is stored. Errors: of the documents.
base::Result<Copy> read_copy(store::Documents& documents, const std::string& key);
// Errors: Conflict (somebody else wrote it: read again), and those of the documents.
base::Status keep_copy(store::Documents& documents, Copy& copy);

}  // namespace insight::tickets
