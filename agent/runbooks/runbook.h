// A runbook: Markdown with rules in its front matter that say when it helps.
//
//     ---
//     title: Redis evicts keys
//     match:
//       alerts: {alertname: "Redis(Evictions|MemoryHigh)"}
//       causes: [cache_eviction]
//       entities: ["cache *"]
//       services: [checkout]
//     ---
//
// `match` is one rule or a list of them, of which one has to hold. Of a rule everything it names
// has to hold: of `alerts` every label of one alert (RE2, the whole value), of each list at least
// one entry. `*` in `entities` and `services` stands for any characters.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::agent::runbooks {

struct Rule {
    std::map<std::string, std::string> alerts;  // label to expression
    std::vector<std::string> causes;            // classes of causes
    std::vector<std::string> entities;          // "kind name" or a name
    std::vector<std::string> services;
};

struct Runbook {
    std::string file;   // its path within the folder, with "/"
    std::string title;  // of the front matter, else the first heading, else the file's name
    std::vector<Rule> rules;
    std::string text;  // the whole file
};

constexpr std::size_t kLargestRunbook = 256U << 10;

// Errors: Invalid ("redis.md line 4: …"), TooLarge.
base::Result<Runbook> parse_runbook(std::string_view file, std::string_view text);

// The Markdown behind the front matter.
std::string_view body_of(const Runbook& runbook);

// As a snapshot keeps it. Errors: as parse_runbook.
base::Json to_json(const Runbook& runbook);
base::Result<Runbook> runbook_from_json(const base::Json& json);

}  // namespace insight::agent::runbooks
