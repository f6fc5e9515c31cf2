// What a node has to remember: its id, its secret, and how it stands with the hub.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace insight::evomap {

using base::Json;

enum class NodeState {
    New,          // never greeted
    Active,       // greeted and acknowledged
    Unreachable,  // the hub does not answer, or something between answers for it
    Limited,      // greeted too often
    Suspended,    // by the hub; for people to sort out
    Captcha,      // the hub wants a person; never worked around
    Claimed,      // the id belongs to somebody else's account
    Diverged      // the hub knows another secret
};

std::string_view name(NodeState state);

struct NodeRecord {
    std::string node_id;
    base::Secret secret;
    std::int64_t version = 0;  // of the secret
    NodeState state = NodeState::New;
    std::string note;        // why, and what to do, one sentence
    std::string claim_code;  // shown to whoever owns the node
    std::string claim_url;
    bool claimed = false;
    double credits = 0;
    std::string survival;
    base::Nanos interval = 0;    // of heartbeats, as the hub wants it; 0: not said
    base::Nanos hello_at = 0;    // of the last acknowledged hello
    base::Nanos beat_at = 0;     // of the last heartbeat that was answered
    base::Nanos not_before = 0;  // no hello earlier
    int failures = 0;            // hellos in a row
    int validation = 0;          // 0: our usual check is accepted; 1: only the plain one is
};

// One file of mode 0600 a node, replaced as a whole. Threads: one at a time.
class NodeFile {
  public:
    explicit NodeFile(std::string folder) : folder_(std::move(folder)) {}

    // `configured` may be empty: then the id that was used last, else a new one. A file that others
    // may read is closed to them. Errors: Corrupt, Unavailable.
    base::Result<NodeRecord> load(const std::string& configured) const;
    // Durable once it returns. Errors: Unavailable.
    base::Status save(const NodeRecord& record) const;

  private:
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
};

}  // namespace insight::evomap
