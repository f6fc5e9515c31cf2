#include "evomap/node.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "evomap/envelope.h"
#include "evomap/heartbeat.h"

namespace insight::evomap {
namespace {

using base::kSecond;

constexpr base::Nanos kCallTimeout = 30 * kSecond;
constexpr base::Nanos kReadTimeout = 8 * kSecond;

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
    return base::fail(ours ? base::ErrorKind::Unavailable : base::ErrorKind::Denied, record_.note);
}

// A clock that is wrong gets a message refused; the answer says what time it is there.
Answer Node::in_time(const std::function<Answer()>& send) {
    const base::Nanos before = hub_.skew();
    Answer answer = send();
    const bool learned = hub_.skew() != 0 && std::abs(hub_.skew() - before) > kSecond;
    return answer.status == 400 && learned ? send() : answer;
}

Answer Node::with_renewal(const std::function<Answer(const Caller&)>& send) {
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
        // Made anew for each attempt: a renewal may have changed the secret that signs, and the hub
        // the id.
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

}  // namespace insight::evomap
