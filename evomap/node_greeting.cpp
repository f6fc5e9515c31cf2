// How a node greets: the hello, what it is answered, and what a new secret is good for.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "evomap/envelope.h"
#include "evomap/heartbeat.h"
#include "evomap/hub_words.h"
#include "evomap/node.h"
#include "evomap/wire.h"

namespace insight::evomap {
namespace {

using base::kHour;
using base::kSecond;

constexpr base::Nanos kHelloTimeout = 15 * kSecond;
constexpr base::Nanos kLongestGreetingPause = 25 * kHour;  // a longer one is a clock that jumped
constexpr base::Nanos kForGood = 24 * kHour;  // looked at again, in case a person helped

// What a hub may issue; more lenient than the 64 hexadecimal digits that are documented.
bool sound_secret(std::string_view secret) {
    return secret.size() >= 16 && secret.size() <= 512 &&
           std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool about_secret(std::string_view reason) {
    return reason.find("node_secret") != std::string_view::npos ||
           reason.find("invalid_secret") != std::string_view::npos ||
           reason.find("rotation_requires_current_secret") != std::string_view::npos;
}

bool rejected(const Answer& answer) {
    return answer.ok() && base::text_at(answer.payload(), "status") == "rejected";
}

}  // namespace

// Host name and working directory are of no use to a hub, so they stay here.
Answer Node::greet(const Greeting& greeting) {
    NodeRecord record = this->record();
    Json payload{{"capabilities", {{"publish", true}, {"fetch", true}}},
                 {"env_fingerprint", fingerprint()}};
    if (greeting.rotate) payload["rotate_secret"] = true;
    return hub_.post("/a2a/hello",
                     envelope({.type = "hello",
                               .sender = record.node_id,
                               .message_id = {},
                               .time = hub_.now(),
                               .payload = std::move(payload)}),
                     greeting.with_secret ? Caller{record.secret, record.version} : Caller{},
                     kHelloTimeout);
}

// Under greeting_.
void Node::adopt(const Json& payload) {
    const std::scoped_lock lock(mutex_);
    const std::string secret = base::text_at(payload, "node_secret");
    if (sound_secret(secret)) record_.secret = base::Secret(secret);
    if (const auto version = base::integer_at(payload, "node_secret_version"); version > 0)
        record_.version = version;
    // An id that the hub gives is taken only where nobody chose one; a hub's own id never.
    const std::string id = base::text_at(payload, "your_node_id");
    if (settings_.node_id.empty() && base::flag_at(payload, "node_id_assigned_by_hub") &&
        is_node_id(id))
        record_.node_id = id;
    if (const auto code = shown(payload, "claim_code"); !code.empty()) record_.claim_code = code;
    if (const auto url = shown(payload, "claim_url"); !url.empty()) record_.claim_url = url;
    record_.claimed = base::flag_at(payload, "claimed", record_.claimed);
    record_.credits = base::number_at(payload, "credit_balance", record_.credits);
    record_.survival = shown(payload, "survival_status");
    if (const auto interval = milliseconds(payload, "heartbeat_interval_ms"); interval > 0)
        record_.interval = interval;
    record_.state = NodeState::Active;
    record_.note = record_.secret.empty() ? "the hub knows this node but gave no secret" : "";
    record_.failures = 0;
    record_.not_before = 0;
    record_.hello_at = clock_.now();
    keep();
}

base::Status Node::refused(const Answer& answer) {
    const std::string reason = shown(answer.payload(), "reason");
    if (reason.find("node_id_already_claimed") != std::string::npos)
        return stay(NodeState::Claimed,
                    fmt::format("the node id {} belongs to another account; its owner can reset it "
                                "at the account page of the hub, or set another evomap.nodeId",
                                record().node_id),
                    kForGood);
    if (base::flag_at(answer.payload(), "captcha_required") ||
        reason.find("hello_blocked") != std::string::npos) {
        const base::Nanos told = milliseconds(answer.payload(), "retry_after_ms");
        const base::Nanos pause = told > 0 ? told : kHour;
        return stay(NodeState::Captcha,
                    fmt::format("the hub wants a person ({}); sign in there, the next try is in {}",
                                reason, base::format_duration(pause)),
                    pause);
    }
    int failures = 0;
    {
        const std::scoped_lock lock(mutex_);
        failures = ++record_.failures;
        // A secret that the hub refuses is forgotten, so that the next hello asks for a new one.
        if (about_secret(reason)) record_.secret = {};
        if (about_secret(reason)) record_.version = 0;
    }
    // Refused hellos count against a node: each waits longer than the last.
    const base::Nanos pause = hello_pause(failures);
    return stay(
        NodeState::Diverged,
        fmt::format("the hub refuses the hello of {} ({}); if its secret is lost, the owner "
                    "can reset it at the account page; the next try is in {}",
                    record().node_id, reason.empty() ? "no reason given" : reason,
                    base::format_duration(pause)),
        pause);
}

base::Status Node::settle(const Answer& answer) {
    if (rejected(answer)) return refused(answer);
    if (answer.ok()) {
        adopt(answer.payload());
        return {};
    }
    if (answer.kind == AnswerKind::Limited) {
        const base::Nanos pause = answer.wait > 0 ? answer.wait : kHour;
        return stay(NodeState::Limited,
                    fmt::format("the hub has had too many hellos ({}); the next one is in {}",
                                answer.sentence, base::format_duration(pause)),
                    pause);
    }
    int failures = 0;
    {
        const std::scoped_lock lock(mutex_);
        failures = ++record_.failures;
    }
    const bool away = answer.kind == AnswerKind::Unreachable;
    const base::Nanos pause =
        away ? pause_after(answer, base::kMinute, failures) : hello_pause(failures);
    return stay(away ? NodeState::Unreachable : NodeState::Diverged, answer.sentence, pause);
}

base::Status Node::wait_over() {
    const std::scoped_lock lock(mutex_);
    const base::Nanos left = record_.not_before - clock_.now();
    if (left <= 0 || left > kLongestGreetingPause) return {};
    return base::fail(
        base::ErrorKind::Unavailable,
        fmt::format("{} (waiting for another {})", record_.note, base::format_duration(left)));
}

base::Status Node::hello(bool asked) {
    const std::scoped_lock lock(greeting_);
    // Refused hellos count against a node: nobody greets again before the time the hub has set,
    // unless a person wants it.
    if (auto over = wait_over(); !over && !asked) return over;
    Answer answer = in_time([&] { return greet({}); });
    // The one repeat of the reference, and only where it can help.
    if (rejected(answer) && about_secret(base::text_at(answer.payload(), "reason")))
        answer = greet({.with_secret = false, .rotate = true});
    return settle(answer);
}

bool Node::renew(const Caller& used, bool rotate) {
    const std::scoped_lock lock(greeting_);
    // Several callers may meet the same refusal: the first renews, the others find it done.
    if (another_secret(used)) return true;
    if (!wait_over()) return false;
    Answer answer = in_time([&] { return greet({.with_secret = true, .rotate = rotate}); });
    if (rejected(answer) && about_secret(base::text_at(answer.payload(), "reason"))) {
        if (another_secret(used)) return true;
        answer = greet({.with_secret = false, .rotate = true});
    }
    if (!settle(answer)) return false;
    return !record().secret.empty();
}

// Another thread, or another process with the same folder, may have renewed it meanwhile.
bool Node::another_secret(const Caller& used) {
    const auto stored = file_.load(record().node_id);
    const std::scoped_lock lock(mutex_);
    if (stored && !stored->secret.empty() && stored->version > record_.version) record_ = *stored;
    return !record_.secret.empty() && record_.secret.reveal() != used.secret.reveal();
}

base::Result<Caller> Node::caller() {
    NodeRecord now = record();
    if (now.secret.empty()) {
        if (auto done = hello(); !done) return base::fail(done.error());
        now = record();
    }
    return Caller{now.secret, now.version};
}

}  // namespace insight::evomap
