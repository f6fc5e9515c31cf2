// The HTTP API that Elasticsearch and OpenSearch share, its failures told apart
// (https://www.elastic.co/guide/en/elasticsearch/reference/8.19/rest-apis.html).
#pragma once

#include <string>
#include <string_view>

#include "collectors/http_access.h"
#include "core/base/json.h"

namespace insight::collectors::elasticsearch {

// X-Opaque-Id of every request: by it our own searches are known among tasks and in slow logs.
inline constexpr std::string_view kOpaqueId = "devops-insight";

class Api {
  public:
    Api(HttpAccess access, net::Transport& transport)
        : access_(std::move(access)), transport_(transport) {}

    // `path` with its query, below the configured address. Errors: Denied (names the missing
    // privilege), NotFound, Invalid (the query, or no such route), Timeout, TooLarge, Corrupt (not
    // this product), Unavailable (overload: cause begins with the exception's type).
    base::Result<base::Json> get(std::string_view path, base::Deadline deadline,
                                 std::size_t max_body = 8U << 20);
    base::Result<base::Json> post(std::string_view path, const base::Json& body,
                                  base::Deadline deadline, std::size_t max_body = 8U << 20);
    base::Result<base::Json> drop(std::string_view path, const base::Json& body,
                                  base::Deadline deadline);

    [[nodiscard]] const HttpAccess& access() const { return access_; }

  private:
    base::Result<base::Json> send(std::string_view method, std::string_view path,
                                  const base::Json* body, base::Deadline deadline,
                                  std::size_t max_body);

    HttpAccess access_;
    net::Transport& transport_;
};

// One failed answer as an error; `path` is what was asked, `body` what came (any bytes).
base::Error explain(const HttpAccess& access, std::string_view path, int status,
                    std::string_view body);

// Why a living cluster would not serve us ("rejected", "circuit_breaker", "no_master",
// "no_shard", "read_block"): that is a finding. Empty for every other failure.
std::string_view refusal(const base::Error& error);

// What is missing of an answer that came with status 200: shards that failed, time that ran out,
// remote clusters that were left out. Empty for a whole one.
std::string missing_part(const base::Json& answer);

// Index names and patterns of a path, what is special in URLs escaped.
std::string path_part(std::string_view text);

}  // namespace insight::collectors::elasticsearch
