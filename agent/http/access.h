// Who may do what: bearer tokens with roles, the webhook's secret, and the open loopback.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "agent/http/attempts.h"
#include "agent/http/message.h"
#include "config/config.h"
#include "core/store/store.h"

namespace insight::http {

// What a route asks of its caller. Roles grow: operator may what viewer may, and so on.
enum class Need {
    Nothing,  // health, the log-in form
    Metrics,  // viewer, or a process on this machine that nobody's proxy speaks for
    Webhook,  // the webhook's secret, or operator
    Viewer,
    Operator,
    Approver,
    Admin
};

struct Decision {
    bool allowed = false;
    int status = 200;  // 401, 403, 503 when not allowed
    std::string code;
    std::string message;
    std::chrono::milliseconds delay{0};  // hold the refusal back that long
    std::string name;                    // of the token; empty where none was needed
};

// The cookie that holds a token for pages; it counts for GET and HEAD only, so that no other site's
// form can act with it.
constexpr std::string_view kCookie = "insight_session";

// Threads: safe. What the store said about a token is remembered for `memory`: that long a dropped
// token still works and a first token does not close the loopback yet. When it has to be asked
// again, one caller asks and the others go by the old answer for as long again at most: otherwise
// every connection would queue up for the same question.
class Access {
  public:
    Access(const config::Server& server, store::Store& store, std::chrono::milliseconds memory);

    // Against pages of other sites that reach us through the browser of somebody on this machine:
    // a foreign Host while the loopback is open (DNS rebinding), a foreign Origin on anything but
    // GET. Gives the refusal. Judges by what was last heard from the store: call it after `decide`
    // or `ask`.
    std::optional<Decision> foreign(const Request& request);

    // Without the store where memory is enough; nothing when the store has to be asked.
    std::optional<Decision> decide(const Request& request, Need need);
    // May read the store.
    Decision ask(const Request& request, Need need);

    // A token typed into the log-in form. May read the store.
    Decision log_in(const Request& request, const std::string& token);

    // No token exists and only this machine can reach us: everything is allowed.
    bool open();

  private:
    using Time = std::chrono::steady_clock::time_point;
    struct Age {
        Time until;        // good without asking
        Time asked_until;  // somebody is asking: still good until then
    };
    struct Known {
        std::optional<store::Token> token;
        Age age;
    };
    bool usable(Age& age, bool may_ask) const;
    [[nodiscard]] Age fresh() const;
    std::optional<Decision> decide(const Request& request, Need need, bool may_ask);
    std::optional<bool> any_token(bool may_ask, base::Status& failure);
    std::optional<Known> known(const std::string& token, bool may_ask, base::Status& failure);
    Decision refuse(const Request& request, const std::string& message);

    const config::Server server_;
    store::Store& store_;
    const std::chrono::milliseconds memory_;
    std::string external_host_;
    Attempts attempts_;
    std::mutex mutex_;
    std::optional<bool> any_token_;
    Age any_token_age_;
    std::unordered_map<std::string, Known> known_;  // by SHA-256 of the token
};

// For `serve`: an address that others can reach needs a token or the webhook's secret. Errors:
// Invalid, saying what to do; Unavailable when the store cannot be read.
base::Status check_exposure(const config::Server& server, store::Store& store);

}  // namespace insight::http
