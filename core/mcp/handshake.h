// Which of the two eras of MCP a server speaks: without a handshake since revision 2026-07-28
// (every request says its revision), with `initialize` from 2024-11-05 to 2025-11-25.
#pragma once

#include <string>
#include <string_view>

#include "core/mcp/wire.h"

namespace insight::mcp {

enum class Era { Unknown, Handshake, Stateless };

struct Greeting {
    Era era = Era::Unknown;
    std::string revision;
    std::string server;   // how it calls itself; may be empty
    std::string version;  // its own
};

// Leaves the wire ready for requests. With an unknown era it asks server/discover first, and what
// does not understand that is initialised; a silent one after a few seconds. Errors: as Wire::ask;
// Conflict: it speaks the other era, on a new wire only; Invalid: no revision in common.
base::Result<Greeting> greet(Wire& wire, const std::string& name, Era era, base::Deadline deadline);

// `params` as a request of this era carries them.
base::Json dressed(base::Json params, const Greeting& greeting);

// The header fields of one request over HTTP; `target` is the tool's name, or empty.
std::vector<net::Header> fields_of(const Greeting& greeting, std::string_view method,
                                   std::string_view target);

}  // namespace insight::mcp
