// Statements to one Neo4j server over HTTP: the Query API where it is offered (5.19 and newer), the
// transactional API elsewhere (4.0 and newer). Every statement runs in a transaction of its own
// with access mode READ. Threads: one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/http_access.h"
#include "core/base/json.h"

namespace insight::collectors::neo4j {

// What the server says of itself to anybody (GET /).
struct Welcome {
    std::string version;  // "5.26.11"
    std::string edition;  // "community", "enterprise"
    bool query_api = false;
    double clock_skew_s = 0;  // server − ours, to about a second (the HTTP Date)
    bool clock_known = false;
};

struct Table {
    std::vector<base::Json> rows;  // objects
    bool cut = false;
};

class Session {
  public:
    Session(HttpAccess access, std::string user, net::Transport& transport)
        : access_(std::move(access)), user_(std::move(user)), transport_(transport) {}

    // Also chooses the API for what follows. Errors: Unavailable, Timeout, Denied (a proxy),
    // Corrupt (not Neo4j).
    base::Result<Welcome> greet(const base::Clock& clock, base::Deadline deadline);

    // At most `limit` rows. `grant` is what would allow the statement on Enterprise, for the
    // message. Errors: as explain().
    base::Result<Table> rows(std::string_view database, std::string_view statement,
                             std::size_t limit, base::Deadline deadline,
                             std::string_view grant = {});

    [[nodiscard]] const HttpAccess& access() const { return access_; }
    [[nodiscard]] const std::string& url() const { return access_.url; }
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const std::string& instance() const { return access_.instance; }
    // "Query API" or "transactional API"
    [[nodiscard]] std::string_view api() const {
        return query_api_ ? "Query API" : "transactional API";
    }

  private:
    base::Result<Table> send(bool query_api, std::string_view database, std::string_view statement,
                             std::size_t limit, base::Deadline deadline, std::string_view grant);
    [[nodiscard]] base::Error not_neo4j(const std::string& words) const;

    HttpAccess access_;
    std::string user_;
    net::Transport& transport_;
    // until greet() knows better
    bool query_api_ = true;
    bool falls_back_ = true;  // the Query API has not answered anything yet
};

}  // namespace insight::collectors::neo4j
