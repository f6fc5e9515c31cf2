// From the product's Gene and Capsule to the assets that travel, and back.
//
// The network knows other fields than the product does. What has no place there stays in the
// ledger; what hubs demand and the product does not have is derived, never invented.
#pragma once

#include <string>
#include <vector>

#include "evomap/bundle.h"
#include "evomap/seed.h"

namespace insight::evomap {

constexpr std::size_t kLongestText = 8000;  // UTF-16 units of content and diff

// One step that was really done.
struct TraceStep {
    std::string stage;  // build, validate, canary
    std::string action;
    std::string result;
};

struct WireOptions {
    std::vector<TraceStep> trace;         // of the investigation and the verification
    std::vector<std::string> validation;  // empty: usual_commands()
    int success_streak = 0;               // of the Gene, this success counted in; 0: left out
    Json reused_gene;                     // a wire Gene to use again; null: a new one is made
    bool diffs = false;                   // changed lines of the solution's files travel
    bool event = true;
    bool keep_seed = false;  // the whole seed under "x_seed": only after a hub was seen to keep it
};

// Expects seeds that were redacted already: ids are over what travels. Errors: Invalid.
base::Result<Bundle> to_wire(const SeedGene& gene, const SeedCapsule& capsule,
                             const WireOptions& options);

// A fetched wire asset in the product's shape, for people to read. `created_at` comes from the row
// that delivered it.
SeedCapsule capsule_from_wire(const Json& capsule, std::string created_at);

// The platform and processor as Node.js names them, and nothing else about this machine.
Json fingerprint();

// "regulatory" is known to some hubs only; "optimize" is what all of them take for it.
std::string wire_category(const std::string& category);

}  // namespace insight::evomap
