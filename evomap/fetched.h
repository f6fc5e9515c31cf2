// What the network hands out, read with suspicion: it is data of strangers. None of it is ever run,
// applied or taken for an instruction.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::evomap {

using base::Json;

struct Fetched {
    std::string asset_id;  // as claimed
    std::string type;      // Gene, Capsule, …
    std::string summary;   // texts are cleaned, cut and free of control characters
    std::string content;
    std::vector<std::string> signals;
    std::vector<std::string> strategy;
    std::string outcome;    // success, failed; empty: not said
    double confidence = 0;  // of the author, times 0.6: nobody here has seen it hold
    int streak = 0;         // successes in a row, as claimed
    std::string status;     // promoted, candidate, …: the hub's word
    std::string source_node;
    bool verified = false;  // the asset carries its own id
    std::string doubt;      // why it is not, or who has put words into it
    Json asset;             // as it verified; else as it came
};

// Rows of a fetch or a search: assets, or wrappers with the asset inside. At most `limit`.
std::vector<Fetched> read_rows(const Json& payload, std::size_t limit);

Json to_json(const Fetched& fetched);  // everything but the asset

}  // namespace insight::evomap
