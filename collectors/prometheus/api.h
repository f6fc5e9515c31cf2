// The Prometheus HTTP API: one envelope, its failures told apart
// (https://prometheus.io/docs/prometheus/latest/querying/api/).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "collectors/http_access.h"
#include "core/base/json.h"

namespace insight::collectors::prometheus {

struct Answer {
    base::Json data;
    std::vector<std::string> warnings;  // partial data of remote reads, as the server words it
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class Api {
  public:
    Api(HttpAccess access, net::Transport& transport)
        : access_(std::move(access)), transport_(transport) {}

    // Errors: Denied, NotFound (no such route), Invalid (the query), Timeout, TooLarge, Corrupt
    // (not Prometheus), Unavailable.
    base::Result<Answer> get(std::string_view path, const Fields& fields, base::Deadline deadline,
                             std::size_t max_body = 16U << 20);
    // For long queries; GET where a proxy allows nothing else.
    base::Result<Answer> post(std::string_view path, const Fields& fields, base::Deadline deadline,
                              std::size_t max_body = 16U << 20);

    [[nodiscard]] const std::string& url() const { return access_.url; }

  private:
    base::Result<Answer> send(const net::Request& request, std::string_view path);
    base::Error refused(int status, std::string_view path, const std::string& words) const;

    HttpAccess access_;
    net::Transport& transport_;
    bool get_only_ = false;
};

}  // namespace insight::collectors::prometheus
