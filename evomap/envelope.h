// The GEP-A2A envelope, version 1.0.0, around hello, publish, validate, fetch, report, decision
// and revoke.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::evomap {

using base::Json;

struct Letter {
    std::string type;
    std::string sender;      // our node id
    std::string message_id;  // empty: a fresh one
    base::Nanos time = 0;
    Json payload = Json::object();
};

Json envelope(const Letter& letter);

// "msg_<unix ms>_<8 hex>": another one with every call.
std::string fresh_message_id(base::Nanos now);
// "msg_idem_<40 hex>": the same for the same words, so that a hub knows a repeat.
std::string repeated_message_id(std::string_view stable);

// What the reference takes for a message: protocol, a known type, id and time as text. Others are
// as lenient, so what we read is held to no more.
bool is_message(const Json& value);

// The useful part of an answer: "payload" where it is an object, else the whole.
const Json& payload_of(const Json& answer);

// "2026-03-13T00:00:00.000Z", as JavaScript prints a time.
std::string javascript_time(base::Nanos time);

}  // namespace insight::evomap
