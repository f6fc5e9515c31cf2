// One request and one answer, as plain data: nothing here knows the library that reads the wire.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace insight::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options, Other };

std::string_view name(Method method);

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    Method method = Method::Get;
    std::string path;             // percent-encoded as sent, starts with '/', without the query
    std::string query_string;     // without the '?'
    std::vector<Header> headers;  // names in lower case, in order of arrival; no trailers
    std::string body;             // complete, transfer coding removed
    std::string peer;             // address without port
    bool peer_is_loopback = false;
    std::string id;      // of this request, for answers and logs: [A-Za-z0-9._-]{1,64}
    std::string caller;  // the name of the token; empty where none was needed
    std::map<std::string, std::string> parameters;  // what the route's {names} matched, decoded

    // the first header of that (lower-case) name; empty when there is none
    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
    // the decoded value of the first such key of the query
    [[nodiscard]] std::optional<std::string> query(std::string_view key) const;
    // the value of a cookie; empty when there is none
    [[nodiscard]] std::string_view cookie(std::string_view key) const;
    // nothing when the route has no such parameter
    [[nodiscard]] const std::string& parameter(const std::string& key) const;
};

struct Response {
    int status = 200;
    std::vector<Header> headers{};  // Content-Length, Connection and Date are added on the way out
    std::string body{};
    bool close = false;                  // end the connection after this answer
    std::chrono::milliseconds delay{0};  // wait before it is sent (failed log-ins)
};

// "%41+b" as in a query or form: nothing when an escape is broken. `plus` reads '+' as a space.
std::optional<std::string> percent_decode(std::string_view text, bool plus);

// The first value of a key in "a=1&b=2".
std::optional<std::string> form_value(std::string_view form, std::string_view key);

// Lower-case copy of ASCII letters.
std::string lower_case(std::string_view text);

}  // namespace insight::http
