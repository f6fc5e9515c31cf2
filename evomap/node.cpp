#include "evomap/node.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/base/text.h"
#include "evomap/envelope.h"
#include "evomap/heartbeat.h"
#include "evomap/wire.h"

namespace insight::evomap {
namespace {

using base::ErrorKind;
using base::kHour;
using base::kSecond;

constexpr base::Nanos kHelloTimeout = 15 * kSecond;
constexpr base::Nanos kBeatTimeout = 10 * kSecond;
constexpr base::Nanos kCallTimeout = 30 * kSecond;
constexpr base::Nanos kReadTimeout = 8 * kSecond;
constexpr base::Nanos kLongestPause = 25 * kHour;  // a longer one is a clock that jumped
constexpr base::Nanos kForGood = 24 * kHour;       // looked at again, in case a person helped
constexpr base::Nanos kFirstBeat = 30 * kSecond;   // after a hello, not earlier
constexpr std::size_t kShown = 200;

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

std::string shown(const Json& value, std::string_view key) {
    return base::shorten(base::redact(base::one_line(base::clean_utf8(base::text_at(value, key)))),
                         kShown);
}

bool rejected(const Answer& answer) {
    return answer.ok() && base::text_at(answer.payload(), "status") == "rejected";
}

base::Nanos milliseconds(const Json& payload, std::string_view key) {
    return base::from_seconds(std::clamp(base::number_at(payload, key) / 1000, 0.0, 86'400.0));
}

}  // namespace

base::Result<std::unique_ptr<Node>> Node::open(const Settings& settings, net::Transport& transport,
                                               const base::Clock& clock, Hub::Pause pause) {
    auto record = NodeFile(settings.state_directory).load(settings.node_id);
    if (!record) return base::fail(record.error());
    return std::unique_ptr<Node>(
        new Node(settings, transport, clock, std::move(pause), std::move(*record)));
}

Node::Node(const Settings& settings, net::Transport& transport, const base::Clock& clock,
           Hub::Pause pause, NodeRecord record)
    : settings_(settings),
      clock_(clock),
      hub_(transport, clock, settings.hub, std::move(pause)),
      file_(settings.state_directory),
      record_(std::move(record)) {}

NodeRecord Node::record() const {
    const std::scoped_lock lock(mutex_);
    return record_;
}

void Node::remember_validation(int which) {
    const std::scoped_lock lock(mutex_);
    record_.validation = which;
    keep();
}

// Under mutex_. A record that cannot be kept is worth a warning: the secret is lost with the
// process.
void Node::keep() {
    if (const auto done = file_.save(record_); !done)
        spdlog::error("evomap: {}", done.error().text());
}

base::Status Node::stay(NodeState state, std::string note, base::Nanos pause) {
    const std::scoped_lock lock(mutex_);
    record_.state = state;
    record_.note = std::move(note);
    record_.not_before = clock_.now() + pause;
    keep();
    const bool ours = state == NodeState::Unreachable || state == NodeState::Limited;
    return base::fail(ours ? ErrorKind::Unavailable : ErrorKind::Denied, record_.note);
}

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
        if (about_secret(reason)) record_.secret = {};
        if (about_secret(reason)) record_.version = 0;
    }
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
    if (left <= 0 || left > kLongestPause) return {};
    return base::fail(
        ErrorKind::Unavailable,
        fmt::format("{} (waiting for another {})", record_.note, base::format_duration(left)));
}

base::Status Node::hello(bool asked) {
    const std::scoped_lock lock(greeting_);
    if (auto over = wait_over(); !over && !asked) return over;
    Answer answer = in_time([&] { return greet({}); });
    // The one repeat of the reference, and only where it can help.
    if (rejected(answer) && about_secret(base::text_at(answer.payload(), "reason")))
        answer = greet({.with_secret = false, .rotate = true});
    return settle(answer);
}

// A clock that is wrong gets a message refused; the answer says what time it is there.
template <typename Send>
Answer Node::in_time(const Send& send) {
    const base::Nanos before = hub_.skew();
    Answer answer = send();
    const bool learned = hub_.skew() != 0 && std::abs(hub_.skew() - before) > kSecond;
    return answer.status == 400 && learned ? send() : answer;
}

bool Node::renew(const Caller& used, bool rotate) {
    const std::scoped_lock lock(greeting_);
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

template <typename Send>
Answer Node::with_renewal(const Send& send) {
    const auto who = caller();
    if (!who) {
        Answer answer;
        answer.sentence = who.error().text();
        answer.wait = std::max<base::Nanos>(0, record().not_before - clock_.now());
        return answer;
    }
    Answer answer = send(*who);
    const bool wrong = answer.kind == AnswerKind::Unauthorised;
    if (!wrong && answer.kind != AnswerKind::Unregistered) return answer;
    if (!renew(*who, wrong)) {
        // Not the caller's fault: it may be said again once the node is in order.
        answer.kind = AnswerKind::Unreachable;
        answer.sentence = record().note;
        answer.wait = std::max<base::Nanos>(0, record().not_before - clock_.now());
        return answer;
    }
    const NodeRecord now = record();
    answer = send(Caller{now.secret, now.version});
    note_renewal(answer);
    return answer;
}

// A hub that hands out secrets and then refuses them is not asked for ever more of them.
void Node::note_renewal(const Answer& answer) {
    const std::scoped_lock lock(mutex_);
    if (answer.kind != AnswerKind::Unauthorised) {
        renewals_ = 0;
        return;
    }
    record_.not_before = clock_.now() + hello_pause(++renewals_);
    record_.note = "the hub refuses the secret that it has just given: " + answer.sentence;
    keep();
}

Answer Node::call(const std::string& type, const Json& payload) {
    return call(type, [&](const Caller&) { return payload; });
}

Answer Node::call(const std::string& type, const Payload& payload, const std::string& message_id) {
    Letter letter{type, {}, message_id, 0, {}};
    if (letter.message_id.empty()) letter.message_id = fresh_message_id(hub_.now());
    return with_renewal([&](const Caller& who) {
        letter.sender = record().node_id;
        letter.payload = payload(who);
        return in_time([&] {
            letter.time = hub_.now();
            return hub_.post("/a2a/" + type, envelope(letter), who, kCallTimeout);
        });
    });
}

Answer Node::post(const std::string& path, const Json& body) {
    return with_renewal(
        [&](const Caller& who) { return hub_.post(path, body, who, kCallTimeout); });
}

Answer Node::get(const std::string& target) {
    return with_renewal([&](const Caller& who) { return hub_.get(target, who, kReadTimeout); });
}

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
