#include "tests/evomap_hub/hub.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "core/base/crypto.h"
#include "core/base/time.h"
#include "evomap/canonical.h"
#include "evomap/gate.h"

namespace insight::test {
namespace {

HubReply refuse(int status, const std::string& code, Json more = Json::object()) {
    more["error"] = code;
    return {status, std::move(more), {}, {}};
}

HubReply envelope(const std::string& type, Json payload) {
    return {200,
            {{"protocol", "gep-a2a"},
             {"protocol_version", "1.0.0"},
             {"message_type", type},
             {"payload", std::move(payload)}},
            {},
            {}};
}

std::int64_t unix_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

bool node_id(const std::string& id) {
    const std::string tail = id.substr(std::min<std::size_t>(5, id.size()));
    return id.starts_with("node_") && tail.size() >= 12 && tail.size() <= 32 &&
           tail.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string sender_of(const HubCall& call) {
    for (const char* key : {"sender_id", "node_id"})
        if (auto id = base::text_at(call.body, key); !id.empty()) return id;
    return {};
}

const Json& payload(const HubCall& call) {
    return base::object_at(call.body, "payload");
}

std::string bearer(const HubCall& call) {
    return call.authorization.starts_with("Bearer ") ? call.authorization.substr(7) : "";
}

std::vector<std::string> signals_of(const Json& asset) {
    std::vector<std::string> out;
    for (const char* key : {"trigger", "signals_match"})
        for (const Json& one : base::array_at(asset, key)) out.push_back(one);
    return out;
}

}  // namespace

void HubModel::instead(const std::string& path, HubReply reply) {
    const std::scoped_lock lock(mutex_);
    instead_[path].push_back(std::move(reply));
}

void HubModel::watch(std::function<void(const HubCall&)> watcher) {
    const std::scoped_lock lock(mutex_);
    watcher_ = std::move(watcher);
}

void HubModel::forget_secret(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    nodes_[id].secret_hash = "another";
}

void HubModel::forget_node(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    nodes_.erase(id);
}

void HubModel::add_asset(const Json& asset, const std::string& owner, const std::string& status) {
    const std::scoped_lock lock(mutex_);
    assets_[base::text_at(asset, "asset_id")] = {
        {"asset", asset}, {"owner", owner}, {"status", status}};
}

void HubModel::put(HubRules rules) {
    const std::scoped_lock lock(mutex_);
    rules_ = rules;
}

std::vector<HubCall> HubModel::calls(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    std::vector<HubCall> out;
    for (const HubCall& call : calls_)
        if (path.empty() || call.path == path) out.push_back(call);
    return out;
}

Json HubModel::assets() const {
    const std::scoped_lock lock(mutex_);
    return assets_;
}

int HubModel::publications() const {
    const std::scoped_lock lock(mutex_);
    return publications_;
}

std::string HubModel::bytes() const {
    const std::scoped_lock lock(mutex_);
    std::string out;
    for (const HubCall& call : calls_) out += call.raw + "\n";
    return out;
}

HubReply HubModel::answer(const HubCall& call) {
    std::function<void(const HubCall&)> watcher;
    {
        const std::scoped_lock lock(mutex_);
        calls_.push_back(call);
        watcher = watcher_;
    }
    if (watcher) watcher(call);
    const std::scoped_lock lock(mutex_);
    HubReply reply;
    auto& planned = instead_[call.path];
    if (planned.empty()) {
        reply = route(call);
    } else {
        reply = planned.front();
        planned.pop_front();
        if (reply.lost) (void)route(call);
    }
    if (rules_.clock_ahead_s != 0) {
        const std::time_t at = static_cast<std::time_t>(unix_ms() / 1000 + rules_.clock_ahead_s);
        std::tm parts{};
        gmtime_r(&at, &parts);
        std::array<char, 64> text{};
        std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        reply.headers += text.data();
    }
    return reply;
}

HubReply HubModel::route(const HubCall& call) {
    const std::string& path = call.path;
    const bool post = call.method == "POST";
    if (post && call.body.is_null()) return refuse(400, "validation_error");
    if (post && path == "/a2a/hello") return hello(call);
    if (post && path == "/a2a/heartbeat") return heartbeat(call);
    if (post && path == "/a2a/validate") return validate(call);
    if (post && path == "/a2a/publish") return publish(call);
    if (post && path == "/a2a/fetch") return fetch(call);
    if (post && (path == "/a2a/decision" || path == "/a2a/revoke"))
        return refuse(401, "session_required");
    if (post && path == "/a2a/report") {
        if (auto wrong = wrong_envelope(call, {"report"})) return *wrong;
        if (auto wrong = wrong_secret(call, sender_of(call))) return *wrong;
        return {200, {{"status", "accepted"}, {"report_id", "vr_hub_1"}}, {}, {}};
    }
    if (post && path == "/a2a/memory/record") return {200, {{"ok", true}}, {}, {}};
    if (post && path.starts_with("/a2a/assets/") && path.ends_with("/reuse-result")) {
        const std::string id = path.substr(12, path.size() - 12 - 13);
        if (!assets_.contains(id)) return refuse(404, "asset_not_found");
        Json& uses = assets_[id]["uses"];
        if (uses.is_null()) uses = Json::array();
        uses.push_back(call.body);
        return {200, {{"ok", true}}, {}, {}};
    }
    if (!post) return lookup(call);
    return refuse(404, "route_not_found");
}

std::optional<HubReply> HubModel::wrong_envelope(const HubCall& call,
                                                 std::vector<std::string> types) {
    const Json& body = call.body;
    const auto missing = [&](const char* key) { return base::text_at(body, key).empty(); };
    if (base::text_at(body, "protocol") != "gep-a2a" || missing("protocol_version") ||
        missing("message_id") || missing("timestamp") || !body.contains("payload") ||
        !body["payload"].is_object())
        return refuse(400, "invalid_protocol_message");
    const std::string type = base::text_at(body, "message_type");
    if (std::find(types.begin(), types.end(), type) == types.end())
        return refuse(400, "message_type_mismatch");
    if (base::text_at(body, "sender_id").starts_with("hub_"))
        return refuse(403, "hub_node_id_reserved");
    if (!node_id(base::text_at(body, "sender_id"))) return refuse(400, "validation_error");
    if (rules_.allowed_skew_s > 0) {
        const auto sent = base::parse_rfc3339(base::text_at(body, "timestamp"));
        const std::int64_t now = unix_ms() / 1000 + rules_.clock_ahead_s;
        if (!sent || std::abs(*sent / base::kSecond - now) > rules_.allowed_skew_s)
            return refuse(
                400, "validation_error",
                {{"details",
                  Json::array({{{"path", "timestamp"}, {"message", "too far from our time"}}})}});
    }
    return std::nullopt;
}

std::optional<HubReply> HubModel::wrong_secret(const HubCall& call, const std::string& id) {
    const std::string secret = bearer(call);
    if (secret.empty()) return refuse(401, "node_secret_required");
    const auto node = nodes_.find(id);
    if (node == nodes_.end() || base::sha256_hex(secret) != node->second.secret_hash)
        return refuse(403, "node_secret_invalid");
    return std::nullopt;
}

HubReply HubModel::hello(const HubCall& call) {
    if (auto wrong = wrong_envelope(call, {"hello"})) return *wrong;
    const Json& told = payload(call);
    if (!told.contains("capabilities") || !told["capabilities"].is_object())
        return refuse(400, "validation_error");
    const std::string id = sender_of(call);
    const bool known = nodes_.contains(id);
    const std::string secret = bearer(call);
    const bool right = known && base::sha256_hex(secret) == nodes_[id].secret_hash;
    const auto reject = [](const std::string& reason) {
        return envelope("hello", {{"status", "rejected"}, {"reason", reason}});
    };
    if (known && secret.empty()) return reject("rotation_requires_current_secret");
    if (known && !right) return reject("node_secret_invalid");
    Json reply{{"status", "acknowledged"},
               {"your_node_id", id},
               {"hub_node_id", "hub_0f978bbe1fb5"},
               {"claim_code", "AAAA-BBBB"},
               {"claim_url", "http://127.0.0.1/claim/AAAA-BBBB"},
               {"heartbeat_interval_ms", rules_.heartbeat_interval_ms},
               {"credit_balance", 5}};
    if (!known || base::flag_at(told, "rotate_secret")) {
        Node& node = nodes_[id];
        const std::string fresh = base::random_hex(32);
        node.secret_hash = base::sha256_hex(fresh);
        ++node.version;
        reply["node_secret"] = fresh;
    }
    reply["node_secret_version"] = nodes_[id].version;
    return envelope("hello", std::move(reply));
}

HubReply HubModel::heartbeat(const HubCall& call) {
    const std::string id = sender_of(call);
    if (!nodes_.contains(id)) return {200, {{"status", "unknown_node"}}, {}, {}};
    if (auto wrong = wrong_secret(call, id)) return *wrong;
    Node& node = nodes_[id];
    const std::int64_t since = unix_ms() - node.beat_at;
    if (rules_.one_beat_a_window && since < 300'000)
        return refuse(429, "rate_limited",
                      {{"retry_after_ms", 300'000 - since},
                       {"policy", {{"limit", 1}, {"window_ms", 300'000}}}});
    node.beat_at = unix_ms();
    return {200,
            {{"status", "ok"},
             {"survival_status", "alive"},
             {"next_heartbeat_ms", rules_.heartbeat_interval_ms},
             {"credit_balance", 5}},
            {},
            {}};
}

std::optional<HubReply> HubModel::wrong_bundle(const Json& assets) {
    const auto findings = evomap::check_bundle(assets);
    const auto sandbox = [&](const Json& asset) {
        for (const Json& command : base::array_at(asset, "validation"))
            if (command.is_string() && command.get<std::string>().find(" -e ") != std::string::npos)
                return true;
        return false;
    };
    if (!findings.empty()) {
        const std::string& code = findings.front().code;
        const bool id = code.ends_with("verification_failed") || code == "bundle_required";
        return refuse(id ? 422 : 400, code, {{"message", findings.front().message}});
    }
    if (!rules_.runs_assertions && std::any_of(assets.begin(), assets.end(), sandbox))
        return refuse(400, "validation_command_unsandboxable");
    return std::nullopt;
}

HubReply HubModel::validate(const HubCall& call) {
    if (auto wrong = wrong_envelope(call, {"validate", "publish"})) return *wrong;
    if (auto wrong = wrong_secret(call, sender_of(call))) return *wrong;
    const Json& assets = base::array_at(payload(call), "assets");
    if (auto wrong = wrong_bundle(assets)) return *wrong;
    Json computed = Json::array();
    for (const Json& asset : assets) {
        const std::string id = evomap::asset_id(asset).value_or("");
        computed.push_back({{"type", asset["type"]},
                            {"computed_asset_id", id},
                            {"claimed_asset_id", asset["asset_id"]},
                            {"match", id == asset["asset_id"]}});
    }
    return envelope("validate", {{"valid", true},
                                 {"dry_run", true},
                                 {"computed_assets", std::move(computed)},
                                 {"estimated_fee", 0}});
}

HubReply HubModel::publish(const HubCall& call) {
    if (auto wrong = wrong_envelope(call, {"publish"})) return *wrong;
    const std::string sender = sender_of(call);
    if (auto wrong = wrong_secret(call, sender)) return *wrong;
    const std::string message = base::text_at(call.body, "message_id");
    if (rules_.knows_repeats_by_id && by_message_.contains(message)) return by_message_[message];
    const Json& assets = base::array_at(payload(call), "assets");
    if (auto wrong = wrong_bundle(assets)) return *wrong;
    Json ids = Json::array();
    std::string capsule;
    for (const Json& asset : assets) {
        ids.push_back(asset["asset_id"]);
        if (asset["type"] == "Capsule") capsule = asset["asset_id"];
    }
    if (assets_.contains(capsule)) {
        const std::string owner = assets_[capsule]["owner"];
        const Json more{{"target_asset_id", capsule}, {"source_node_id", owner}};
        if (owner != sender) return refuse(409, "duplicate_asset", more);
        Json told = more;
        told["decision"] = "reject";
        told["reason"] = "already_published";
        return envelope("decision", std::move(told));
    }
    const bool newcomer = rules_.first_is_candidate && nodes_[sender].publications == 0;
    for (const Json& asset : assets)
        assets_[asset["asset_id"].get<std::string>()] = {
            {"asset", asset}, {"owner", sender}, {"status", newcomer ? "candidate" : "promoted"}};
    ++nodes_[sender].publications;
    ++publications_;
    Json told{{"decision", newcomer ? "quarantine" : "accept"},
              {"bundle_id", "bundle_" + base::sha256_hex(capsule).substr(0, 16)},
              {"asset_ids", std::move(ids)}};
    if (newcomer) told["reason"] = "newcomer_candidate";
    const HubReply reply = envelope("decision", std::move(told));
    by_message_[message] = reply;
    return reply;
}

HubReply HubModel::fetch(const HubCall& call) {
    if (auto wrong = wrong_envelope(call, {"fetch"})) return *wrong;
    if (auto wrong = wrong_secret(call, sender_of(call))) return *wrong;
    const Json& asked = payload(call);
    const bool search = base::flag_at(asked, "search_only");
    if (!search && rules_.price > 0 && base::text_at(asked, "confirm_token").empty())
        return envelope(
            "fetch",
            {{"confirm_required", true}, {"price", rules_.price}, {"confirm_token", "yes-please"}});
    Json rows = Json::array();
    for (const auto& [id, kept] : assets_.items()) {
        const Json& asset = kept["asset"];
        bool wanted = false;
        for (const Json& one : base::array_at(asked, "asset_ids")) wanted = wanted || one == id;
        for (const Json& one : base::array_at(asked, "signals"))
            for (const std::string& signal : signals_of(asset)) wanted = wanted || one == signal;
        if (!wanted) continue;
        rows.push_back({{"asset_type", asset["type"]},
                        {"status", kept["status"]},
                        {"source_node_id", kept["owner"]},
                        {"gdi_score", 31.5},
                        {"payload", asset}});
    }
    return envelope("fetch", {{"results", rows}, {"count", rows.size()}});
}

HubReply HubModel::lookup(const HubCall& call) {
    if (call.path == "/a2a/stats") return {200, {{"status", "ok"}}, {}, {}};
    if (call.path.starts_with("/a2a/nodes/")) {
        const std::string id = call.path.substr(11);
        if (!nodes_.contains(id)) return refuse(404, "node_not_found");
        return {200,
                {{"node_id", id},
                 {"reputation_score", 50},
                 {"total_published", nodes_[id].publications},
                 {"total_promoted", 0}},
                {},
                {}};
    }
    if (call.path.starts_with("/a2a/assets/")) {
        const std::string id = call.path.substr(12);
        if (!assets_.contains(id)) return refuse(404, "asset_not_found");
        Json row = assets_[id]["asset"];
        row["status"] = assets_[id]["status"];
        row["source_node_id"] = assets_[id]["owner"];
        row["gdi_score"] = 31.5;
        return {200, std::move(row), {}, {}};
    }
    return refuse(404, "route_not_found");
}

}  // namespace insight::test
