// The sentences of failed calls, the same from both adapters: method, scheme, host and port, never
// path, query, headers or credentials.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/net/transport.h"
#include "core/net/url.h"

namespace insight::net {

class Failure {
  public:
    Failure(const Request& request, const Url& url) : where_(request.method + " " + url.origin()) {}

    [[nodiscard]] base::Error unreachable(const std::string& cause) const;
    // the DNS gate's own words after ours, its kind kept
    [[nodiscard]] base::Error unresolved(const base::Error& error) const;
    [[nodiscard]] base::Error broken_off(
        const std::string& cause) const;            // closed before the answer ended
    [[nodiscard]] base::Error out_of_time() const;  // the deadline
    [[nodiscard]] base::Error silent(std::chrono::milliseconds idle) const;
    [[nodiscard]] base::Error untrusted(const std::string& cause) const;  // TLS
    [[nodiscard]] base::Error bad_tls_files(const std::string& cause) const;
    [[nodiscard]] base::Error too_large(std::size_t limit) const;
    [[nodiscard]] base::Error headers_too_large() const;
    [[nodiscard]] base::Error protocol_broken(const std::string& cause) const;
    [[nodiscard]] base::Error too_many_redirects() const;
    [[nodiscard]] base::Error insecure_redirect() const;
    [[nodiscard]] base::Error needs_curl(std::string_view why) const;
    [[nodiscard]] base::Error defect(const std::string& cause) const;

  private:
    std::string where_;
};

}  // namespace insight::net
