// A hub of the network for tests: what a real one is documented and recorded to do, kept in memory.
//
// It is held to the network's own client by tests/integration/test_evomap_vendor.py, so that it is
// not only consistent with ours. Threads: any.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::test {

using base::Json;

struct HubCall {
    std::string method;
    std::string path;   // without the query
    std::string query;  // as it was sent
    std::string authorization;
    std::string version;  // X-EvoMap-Node-Secret-Version
    std::string raw;      // the whole request, head and body, as it came
    Json body;            // null where it was no JSON
};

struct HubReply {
    int status = 200;
    Json body;
    std::string headers;  // each ending in CRLF
    std::string text;     // instead of the body, where it is not empty
    bool cut = false;     // the connection ends in the middle of the answer
    bool lost = false;    // handled, but the answer never arrives
};

struct HubRules {
    std::int64_t heartbeat_interval_ms = 300'000;
    bool one_beat_a_window = false;
    bool runs_assertions = true;      // false: `node -e` is unsandboxable there
    bool first_is_candidate = true;   // newcomers
    bool knows_repeats_by_id = true;  // the same message id gets the same answer
    std::int64_t clock_ahead_s = 0;   // of its Date header
    std::int64_t allowed_skew_s = 0;  // of timestamps; 0: not looked at
    double price = 0;                 // of a full fetch
};

class HubModel {
  public:
    explicit HubModel(HubRules rules = {}) : rules_(rules) {}

    HubReply answer(const HubCall& call);

    // The next call to `path` gets this instead; several queue up.
    void instead(const std::string& path, HubReply reply);
    // Called before each answer is made; for tests that act in the middle.
    void watch(std::function<void(const HubCall&)> watcher);
    void forget_secret(const std::string& node_id);  // as if somebody had rotated it
    void forget_node(const std::string& node_id);
    void add_asset(const Json& asset, const std::string& owner, const std::string& status);
    void put(HubRules rules);

    [[nodiscard]] std::vector<HubCall> calls(const std::string& path = {}) const;
    [[nodiscard]] Json assets() const;        // by id: {asset, owner, status}
    [[nodiscard]] int publications() const;   // that stored something
    [[nodiscard]] std::string bytes() const;  // all that ever came

  private:
    struct Node {
        std::string secret_hash;
        std::int64_t version = 0;
        std::int64_t beat_at = 0;
        int publications = 0;
    };

    HubReply route(const HubCall& call);
    HubReply hello(const HubCall& call);
    HubReply heartbeat(const HubCall& call);
    HubReply validate(const HubCall& call);
    HubReply publish(const HubCall& call);
    HubReply fetch(const HubCall& call);
    HubReply lookup(const HubCall& call);
    // Nothing when the envelope is in order.
    std::optional<HubReply> wrong_envelope(const HubCall& call, std::vector<std::string> types);
    std::optional<HubReply> wrong_secret(const HubCall& call, const std::string& node_id);
    std::optional<HubReply> wrong_bundle(const Json& assets);

    mutable std::mutex mutex_;
    HubRules rules_;
    std::function<void(const HubCall&)> watcher_;
    std::map<std::string, std::deque<HubReply>> instead_;
    std::map<std::string, Node> nodes_;
    Json assets_ = Json::object();
    std::map<std::string, HubReply> by_message_;
    std::vector<HubCall> calls_;
    int publications_ = 0;
};

}  // namespace insight::test
