// Our node in the network: who it is, how it proves it, and how it stays alive.
//
// The life cycle is that of evolver 1.94.0 as recorded (tests/data/evomap): hello gives a secret;
// a call that finds it wrong rotates it with the old one and is said once more; a hub that knows
// another secret makes us begin anew; a hub that wants a person gets a person.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "evomap/credentials.h"
#include "evomap/hub.h"
#include "evomap/settings.h"

namespace insight::evomap {

// Threads: any; two never greet at the same time.
class Node {
  public:
    // Errors: of NodeFile::load. Nothing is sent yet.
    static base::Result<std::unique_ptr<Node>> open(const Settings& settings,
                                                    net::Transport& transport,
                                                    const base::Clock& clock,
                                                    Hub::Pause pause = {});

    // Greets, also when it is known already. `asked`: a person wants it now, whatever the note says
    // about waiting. Errors: Unavailable, Denied; one sentence, also kept as the record's note.
    base::Status hello(bool asked = false);

    // One heartbeat and what follows from its answer. Gives when the next one is due.
    base::Nanos beat();

    // An envelope to /a2a/<type>. An empty id: a fresh one. A wrong secret is rotated and the same
    // message said once more; the payload is made anew for the secret it goes with.
    using Payload = std::function<Json(const Caller&)>;
    Answer call(const std::string& type, const Payload& payload,
                const std::string& message_id = {});
    Answer call(const std::string& type, const Json& payload);
    // Plain JSON, and reads; `node` in `body` is up to the caller.
    Answer post(const std::string& path, const Json& body);
    Answer get(const std::string& target);

    [[nodiscard]] NodeRecord record() const;
    [[nodiscard]] base::Nanos skew() const { return hub_.skew(); }
    // The check that hubs took last, for the next bundle.
    void remember_validation(int which);

  private:
    Node(const Settings& settings, net::Transport& transport, const base::Clock& clock,
         Hub::Pause pause, NodeRecord record);

    struct Greeting {
        bool with_secret = true;
        bool rotate = false;
    };
    Answer greet(const Greeting& greeting);
    base::Status settle(const Answer& answer);
    base::Status refused(const Answer& answer);
    void adopt(const Json& payload);
    // A secret to call with, after a hello where there is none.
    base::Result<Caller> caller();
    // True: there is another secret now than `used`.
    bool renew(const Caller& used, bool rotate);
    bool another_secret(const Caller& used);
    void note_renewal(const Answer& answer);
    Answer beat_once();
    void note_beat(const Answer& answer);
    base::Status wait_over();
    base::Status stay(NodeState state, std::string note, base::Nanos pause);
    void keep();

    // Says it; a wrong secret is renewed and the same said once more.
    Answer with_renewal(const std::function<Answer(const Caller&)>& send);
    // Says it; where our clock was wrong, once more with the hub's time.
    Answer in_time(const std::function<Answer()>& send);

    const Settings settings_;
    const base::Clock& clock_;
    Hub hub_;
    NodeFile file_;
    std::mutex greeting_;  // held through hellos
    mutable std::mutex mutex_;
    NodeRecord record_;
    int beat_failures_ = 0;
    int renewals_ = 0;  // in a row that did not help
};

}  // namespace insight::evomap
