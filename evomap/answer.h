// What became of a call to the hub, sorted by what has to be done about it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/transport.h"

namespace insight::evomap {

using base::Json;

enum class AnswerKind {
    Ok,             // 2xx with JSON
    Unreachable,    // network, 408, 5xx, or a page that is no JSON (a firewall): try later
    Limited,        // 429, or the same trigger too often: wait
    Unauthorised,   // the node secret is missing or wrong: rotate it
    Unregistered,   // the hub wants another hello
    Duplicate,      // the asset is there already
    Mismatch,       // the hub computes another id: a defect of ours, never sent again blindly
    Unsandboxable,  // the check of the asset cannot be run there: another one is needed
    Unpaid,         // credits are missing
    Outdated,       // the hub wants a newer client
    Absent,         // no such asset, node or path
    Refused         // for good, as it stands
};

struct Answer {
    AnswerKind kind = AnswerKind::Unreachable;
    int status = 0;            // 0: there was no answer
    Json body;                 // null where it was no JSON
    std::string code;          // of the hub: "rate_limited"
    std::string sentence;      // for people: what happened and what to do
    base::Nanos wait = 0;      // as the hub asks; 0: it does not say
    base::Nanos hub_time = 0;  // of its Date header; 0: it sent none

    [[nodiscard]] bool ok() const { return kind == AnswerKind::Ok; }
    [[nodiscard]] const Json& payload() const;
};

// `now` is ours, for waits that are given as a date. Never fails: what cannot be read is
// Unreachable.
Answer read_answer(const base::Result<net::Response>& response, std::string_view path,
                   base::Nanos now);

std::string_view name(AnswerKind kind);

}  // namespace insight::evomap
