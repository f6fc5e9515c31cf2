// The GraphQL endpoint of a SkyWalking OAP server
// (https://skywalking.apache.org/docs/main/latest/en/api/query-protocol/). A failure comes as HTTP
// 200 with "errors", and half an answer may stand beside it.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "collectors/http_access.h"
#include "core/base/json.h"

namespace insight::collectors::skywalking {

struct Trouble {
    std::string field;    // the top field or its alias
    std::string message;  // the server's words, made safe
};

struct Answer {
    base::Json data = base::Json::object();
    std::vector<Trouble> errors;  // fields that could not be answered
};

// Threads: `ask` is safe from any thread.
class Api {
  public:
    Api(HttpAccess access, net::Transport& transport)
        : access_(std::move(access)), transport_(transport) {}

    // One document with its variables. Errors: Denied, NotFound (no GraphQL there), Invalid (this
    // version does not know what is asked), Timeout, TooLarge (the answer, the question, or the
    // budget of this collection), Corrupt (not SkyWalking), Unavailable.
    base::Result<Answer> ask(const std::string& document, const base::Json& variables,
                             base::Deadline deadline, std::size_t max_body = 16U << 20);

    // A new collection begins: its budget is whole again.
    void refill() { bytes_ = 0; }

    [[nodiscard]] const std::string& url() const { return access_.url; }
    [[nodiscard]] const std::string& instance() const { return access_.instance; }

  private:
    base::Error refused(int status, const std::string& words) const;
    base::Error invalid(const std::string& words) const;

    HttpAccess access_;
    net::Transport& transport_;
    std::atomic<std::size_t> bytes_ = 0;  // read in this collection
};

// Would a shorter question be answered? (Complexity, tokens, size of the answer.)
bool worth_splitting(const base::Error& error);

// Nothing else need be asked of this server now.
bool ends_all(const base::Error& error);

}  // namespace insight::collectors::skywalking
