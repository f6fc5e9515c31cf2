// Where GitHub's APIs are, and how paths and refs are written into URLs.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::github {

struct Address {
    std::string rest;  // "https://api.github.com", "https://github.example.com/api/v3"
    std::string
        graphql;  // "https://api.github.com/graphql", "https://github.example.com/api/graphql"
    std::string origin;  // for messages and for following links
};

// From what people configure: github.com, api.github.com, NAME.ghe.com, an Enterprise server with
// or without /api/v3, or any other path, which is taken as it is. Errors: Invalid.
base::Result<Address> address_of(const std::string& url);

// Percent-encoded, everything but unreserved characters of RFC 3986; slashes, too.
std::string escape(std::string_view text);

// The same for each part between slashes, which stay: for contents and refs. Errors: Invalid: empty
// parts, "." and "..", which no tree of git holds and which a proxy could resolve.
base::Result<std::string> escape_path(std::string_view path);

}  // namespace insight::github
