// What has to reach somebody outside, exactly once in intent: written before it is tried, tried
// again until there is a final answer, and kept with that answer.
//
// Durable once a call returns. Threads: any. Delivery is at least once, so a sender gives the
// other side something to know a repeat by (the key).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::store {

enum class ParcelState { Waiting, Held, Sent, Refused };  // Held: until somebody approves it

struct Parcel {
    std::string channel;   // who sends it: "evomap", "notification", "ticket", "pull_request"
    std::string key;       // unique in its channel: the same key is the same parcel
    std::string incident;  // may be empty
    base::Json body;       // what the sender needs; no secrets
    ParcelState state = ParcelState::Waiting;
    int attempts = 0;
    base::Nanos due_at = 0;
    base::Nanos created_at = 0;
    base::Nanos updated_at = 0;
    base::Json answer;  // what the other side said, once final; else what the last attempt left
    std::string note;   // the last failure or refusal, one sentence
    std::int64_t fence = 0;  // of the claim
};

struct ParcelQuery {
    std::string channel;  // empty: all
    std::string incident;
    std::optional<ParcelState> state;
    int limit = 100;
};

class Outbox {
  public:
    virtual ~Outbox() = default;

    // False: a parcel of this channel and key is there already; nothing is changed.
    virtual base::Result<bool> post(const Parcel& parcel) = 0;
    // The parcel that is due first, leased to the caller; nothing when there is none.
    virtual base::Result<std::optional<Parcel>> claim(const std::string& channel, base::Nanos now,
                                                      base::Nanos lease) = 0;
    // What was learned before the end (a step that must not be done twice). Errors: Conflict.
    virtual base::Status note_progress(const Parcel& parcel, const base::Json& answer) = 0;
    // Errors of the three: Conflict (another claim has taken over).
    virtual base::Status sent(const Parcel& parcel, const base::Json& answer) = 0;
    virtual base::Status refused(const Parcel& parcel, const std::string& why,
                                 const base::Json& answer) = 0;
    virtual base::Status retry(const Parcel& parcel, const std::string& why,
                               base::Nanos due_at) = 0;
    // Held becomes Waiting (approved) or Refused. Errors: NotFound, Conflict (not held).
    virtual base::Status release(const std::string& channel, const std::string& key, bool approved,
                                 const std::string& by) = 0;
    virtual base::Result<std::vector<Parcel>> parcels(const ParcelQuery& query) = 0;
};

}  // namespace insight::store
