// How an HTTP source is reached: the configured address, proof of who we are, certificates.
#pragma once

#include <map>
#include <string>

#include "config/field.h"
#include "core/net/transport.h"

namespace insight::collectors {

// Fields that HTTP sources share; a source lists those it supports.
inline constexpr config::Field kUrlField{"url", config::FieldType::Url, "", "where the server is",
                                         true};
inline constexpr config::Field kTokenField{"token", config::FieldType::Secret, "", "bearer token"};
inline constexpr config::Field kUserField{"user", config::FieldType::Text, "",
                                          "user of basic authentication"};
inline constexpr config::Field kPasswordField{"password", config::FieldType::Secret, "",
                                              "password of basic authentication"};
inline constexpr config::Field kHeadersField{
    "headers", config::FieldType::TextMap, "",
    "headers sent with every request, X-Scope-OrgID of Mimir for one"};
inline constexpr config::Field kCaFileField{"caFile", config::FieldType::Text, "",
                                            "PEM file with the authorities to trust"};
inline constexpr config::Field kCertificateFileField{"certificateFile", config::FieldType::Text, "",
                                                     "PEM file with our client certificate"};
inline constexpr config::Field kKeyFileField{"keyFile", config::FieldType::Text, "",
                                             "PEM file with its private key"};

struct HttpAccess {
    std::string instance;  // the collector instance's name, for messages
    std::string url;       // without a trailing slash
    base::Secret authorization;
    std::map<std::string, std::string> headers;
    net::Tls tls;
    base::Nanos timeout = 0;  // of one request

    // A GET of `path` ("/api/v1/query", appended to the URL) that accepts JSON, within the sooner
    // of `deadline` and our own time limit. Callers set method and body.
    [[nodiscard]] net::Request request(std::string_view path, base::Deadline deadline,
                                       std::size_t max_body) const;
};

// From the fields above, as far as the source declares them. Errors: Invalid, when the address is
// no http or https URL; `collector` is the key below `collectors:`.
base::Result<HttpAccess> http_access(std::string_view collector, const config::Instance& instance);

}  // namespace insight::collectors
