#include "collectors/http_access.h"

#include <fmt/format.h>

#include "core/net/authorization.h"

namespace insight::collectors {

net::Request HttpAccess::request(std::string_view path, base::Deadline deadline,
                                 std::size_t max_body) const {
    net::Request out;
    out.url = url + std::string(path);
    // Configured headers (a tenant's name) stand apart from the credential, which the transport
    // keeps out of messages.
    for (const auto& [name, value] : headers) out.headers.emplace_back(name, value);
    out.headers.emplace_back("Accept", "application/json");
    if (!authorization.empty()) out.authorization = authorization;
    out.deadline = deadline.sooner(std::chrono::nanoseconds(timeout));
    out.max_body = max_body;
    out.tls = tls;
    return out;
}

base::Result<HttpAccess> http_access(std::string_view collector, const config::Instance& instance) {
    HttpAccess out;
    out.instance = instance.name();
    out.url = instance.text("url");
    if (!out.url.starts_with("http://") && !out.url.starts_with("https://"))
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("collectors.{} {}: url must begin with http:// or https://",
                                      collector, out.instance));
    // paths are appended, and some servers answer "//api" with a redirect or a 404
    while (out.url.ends_with('/')) out.url.pop_back();
    // where both are configured the token is the narrower right
    out.authorization = net::bearer(instance.secret("token"));
    if (out.authorization.empty())
        out.authorization = net::basic(instance.text("user"), instance.secret("password"));
    out.headers = instance.text_map("headers");
    out.tls.ca_file = instance.text("caFile");
    out.tls.certificate_file = instance.text("certificateFile");
    out.tls.key_file = instance.text("keyFile");
    out.timeout = instance.duration("timeout");
    return out;
}

}  // namespace insight::collectors
