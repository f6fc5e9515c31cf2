// The block "evomap" of the configuration: the keys of the network's own examples, and what this
// product adds to them.
#pragma once

#include <string>
#include <vector>

#include "config/block.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::evomap {

extern const config::Block kBlock;

struct Settings {
    bool enabled = false;                   // the file has the block; without it nothing leaves
    std::string hub = "https://evomap.ai";  // root, without "/a2a" and slash
    std::string node_id;                    // empty: the stored one, else a new one
    bool enable_heartbeat = true;           // off: publishing and searching work all the same
    base::Nanos heartbeat_interval = 15 * base::kMinute;  // where the hub names none
    bool auto_publish = false;
    double min_confidence = 0.8;
    bool approval = false;                // what would be published waits for a person
    bool search = true;                   // ask the network before an investigation
    bool allow_spending = false;          // fetches that cost credits
    bool publish_diffs = false;           // changed lines of files travel, redacted
    std::string state_directory;          // node id and secret, files of mode 0600
    std::vector<std::string> words;       // names of the organisation that never leave
    std::vector<std::string> validation;  // commands; empty: a self-contained assertion
};

// `own` is what the file says; A2A_NODE_ID stands in for a missing nodeId. Errors: Invalid (an
// address that is neither https nor on this machine, a node id of another shape).
base::Result<Settings> settings_from(const config::BlockSettings& block);

// Root of the hub: without trailing slashes and one trailing "/a2a". Errors: Invalid.
base::Result<std::string> hub_root(std::string_view url);

// node_ and 12 to 32 lower-case hexadecimal digits; ids of hubs are never a node's.
bool is_node_id(std::string_view id);

}  // namespace insight::evomap
