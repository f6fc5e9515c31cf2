// What a runbook did not say: proposed as a diff that a person reads, changes and applies. Nothing
// here writes a file.
#pragma once

#include <optional>

#include "agent/runbooks/runbook.h"
#include "agent/runbooks/subject.h"

namespace insight::agent::runbooks {

struct ProposedUpdate {
    std::string file;
    bool fresh = false;                // there was no such runbook: the diff makes the file
    std::vector<std::string> missing;  // what it does not say, one line each
    std::string diff;                  // unified, for `patch -p1` and `git apply` in the folder
};

// For a runbook that fitted: commands that helped to find or were recommended, and the cause class
// it does not match, put into a section of their own at the end. Nothing when the incident's cause
// was not found or the runbook says all of it. Pure. Secrets are the caller's to hide.
std::optional<ProposedUpdate> propose_update(const Runbook& runbook, const Subject& subject);

// For an incident whose cause was found and that no runbook fits: a first draft.
std::optional<ProposedUpdate> propose_runbook(const Subject& subject);

}  // namespace insight::agent::runbooks
