// JSON-RPC 2.0 as MCP uses it: one message, in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::mcp {

constexpr int kMethodNotFound = -32601;
// of revision 2026-07-28; its data lists what the server supports
constexpr int kUnsupportedVersion = -32022;
constexpr std::size_t kMostMessage = 2U << 20;  // bytes; parsed it takes about ten times as much

// An answer that says no.
struct Refusal {
    int code = 0;
    std::string message;
    base::Json data;
};

struct Answer {
    base::Json result;
    std::optional<Refusal> refusal;
};

struct Incoming {
    enum class Kind { Answer, Request, Notification };
    Kind kind = Kind::Notification;
    std::int64_t id = -1;   // of an answer; -1 where the id is none of ours
    base::Json request_id;  // of a request, as it came
    std::string method;     // of a request or notification
    Answer answer;
};

// Errors: Corrupt, when the text is no message.
base::Result<Incoming> read_message(std::string_view text);

// The id that a text which is no readable message seems to answer: at its beginning or its end,
// where the usual implementations put it.
std::optional<std::int64_t> apparent_id(std::string_view head, std::string_view tail);

// One line each, with its line end. Our ids are integers from 1 and never used twice.
std::string request_line(std::int64_t id, std::string_view method, const base::Json& params);
std::string notification_line(std::string_view method, const base::Json& params);
// What a client without capabilities says to a server's request: ping is answered, the rest
// refused.
std::string reply_line(const Incoming& request);

}  // namespace insight::mcp
