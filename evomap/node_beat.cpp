// How a node stays alive: heartbeats, and what their answers change.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "evomap/envelope.h"
#include "evomap/heartbeat.h"
#include "evomap/hub_words.h"
#include "evomap/node.h"
#include "evomap/wire.h"

namespace insight::evomap {
namespace {

using base::kSecond;

constexpr base::Nanos kBeatTimeout = 10 * kSecond;
constexpr base::Nanos kFirstBeat = 30 * kSecond;  // after a hello, not earlier

}  // namespace

Answer Node::beat_once() {
    const NodeRecord now = record();
    Json body{
        {"node_id", now.node_id}, {"sender_id", now.node_id}, {"env_fingerprint", fingerprint()}};
    if (now.version > 0) body["node_secret_version"] = now.version;
    return hub_.post("/a2a/heartbeat", body, {now.secret, now.version}, kBeatTimeout);
}

void Node::note_beat(const Answer& answer) {
    const std::scoped_lock lock(mutex_);
    if (!answer.ok()) {
        ++beat_failures_;
        // A beat that fails says nothing new of a node that is suspended, limited or claimed.
        if (record_.state == NodeState::Active || record_.state == NodeState::Unreachable) {
            record_.state =
                answer.kind == AnswerKind::Unreachable ? NodeState::Unreachable : record_.state;
            record_.note = answer.sentence;
        }
        keep();
        return;
    }
    const Json& told = answer.payload();
    beat_failures_ = 0;
    record_.beat_at = clock_.now();
    record_.credits = base::number_at(told, "credit_balance", record_.credits);
    record_.survival = shown(told, "survival_status");
    record_.claimed = base::flag_at(told, "claimed", record_.claimed);
    if (const auto next = milliseconds(told, "next_heartbeat_ms"); next > 0)
        record_.interval = next;
    const bool suspended = base::text_at(told, "status") == "suspended";
    record_.state = suspended ? NodeState::Suspended : NodeState::Active;
    record_.note = suspended ? "the hub has suspended this node; its owner can see why at the "
                               "account page of the hub"
                             : "";
    // The order of a stranger to run other code; it is only told.
    if (told.contains("force_update"))
        spdlog::warn("evomap: the hub asks for a newer client; this one changes nothing by itself");
    keep();
}

base::Nanos Node::beat() {
    const auto due = [&](base::Nanos pause) { return clock_.now() + pause; };
    if (const NodeRecord now = record(); now.secret.empty()) {
        if (!hello()) return std::max(due(kFirstBeat), record().not_before);
        return due(kFirstBeat);
    }
    const Caller used{record().secret, record().version};
    Answer answer = beat_once();
    if (answer.kind == AnswerKind::Unauthorised) {
        if (!renew(used, true)) return std::max(due(kFirstBeat), record().not_before);
        answer = beat_once();  // proves the new secret
    }
    const std::string status = base::text_at(answer.payload(), "status");
    if (answer.ok() &&
        (status == "unknown_node" || base::flag_at(answer.payload(), "resend_hello"))) {
        // Known again with the secret that is there; a new one only if the hub gives it.
        if (!hello() || status == "unknown_node")
            return std::max(due(kFirstBeat), record().not_before);
    }
    note_beat(answer);
    const std::scoped_lock lock(mutex_);
    return due(pause_after(answer, interval_of(record_.interval, settings_.heartbeat_interval),
                           beat_failures_));
}

}  // namespace insight::evomap
