// One entry of `mcpServers`: how an MCP server is reached and what of it may be used.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/net/transport.h"

namespace insight::mcp {

struct Endpoint {
    std::string name{};

    // a program that speaks over its standard input and output
    std::string command{};
    std::vector<std::string> arguments{};
    std::map<std::string, base::Secret> environment{};  // beside the few variables it inherits
    std::string folder{};                               // where it runs; empty: where we do

    // or a server behind Streamable HTTP
    std::string url{};
    std::map<std::string, base::Secret> headers{};
    net::Tls tls{};

    // Tools that may be used though the server does not mark them read-only; the value is the
    // digest that was approved, or empty for any.
    std::map<std::string, std::string> allow{};
    std::vector<std::string> deny{};
    base::Json settings{};                 // the entry as it stands, for keys of others
    std::vector<std::string> ignored{};    // keys that mean nothing here
    std::vector<std::string> concealed{};  // secrets that may turn up in what the server says

    // "node" or "http://host:8080": for messages, without arguments, which may hold passwords
    [[nodiscard]] std::string where() const;

    // Outside text on one line, our own secrets and whatever looks like one replaced.
    [[nodiscard]] std::string shown(std::string_view text, std::size_t bytes = 300) const;
    // the same without changing lines or length
    [[nodiscard]] std::string hide(std::string_view text) const;
};

// `${NAME}` is expanded in every text; values of env and headers may also be {env: NAME} or {file:
// /absolute/path}. `more` are the keys that the caller reads itself. Errors: Invalid, naming the
// key; a key that is nearly one of ours is taken for a slip, other unknown ones are ignored, since
// the files of MCP clients have keys of their own.
base::Result<Endpoint> read_endpoint(const std::string& name, const base::Json& entry,
                                     std::span<const std::string_view> more);

}  // namespace insight::mcp
