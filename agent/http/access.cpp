#include "agent/http/access.h"

#include <fmt/format.h>

#include "core/base/crypto.h"

namespace insight::http {
namespace {

// Tokens that were asked for, wrong ones included; whoever tries many only makes the store work,
// never this map grow.
constexpr std::size_t kMaxKnown = 1024;
constexpr std::size_t kMaxToken = 512;

// "https://host:8443/path" or "host:8443" → "host", lower case; brackets of IPv6 stay
std::string host_of(std::string_view text) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    text = text.substr(0, text.find_first_of("/?#"));
    // user:password@host
    if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    const auto end = text.starts_with('[') ? text.find(']') + 1 : text.find(':');
    return lower_case(text.substr(0, end));
}

std::string_view bearer(const Request& request) {
    const std::string_view value = request.header("authorization");
    if (value.size() < 8 || lower_case(value.substr(0, 7)) != "bearer ") return {};
    return value.substr(7);
}

bool is_safe(Method method) {
    return method == Method::Get || method == Method::Head;
}

std::optional<store::Role> role_for(Need need) {
    switch (need) {
        case Need::Nothing:
            return std::nullopt;
        case Need::Metrics:
        case Need::Viewer:
            return store::Role::Viewer;
        case Need::Webhook:
        case Need::Operator:
            return store::Role::Operator;
        case Need::Approver:
            return store::Role::Approver;
        case Need::Admin:
            return store::Role::Admin;
    }
    return store::Role::Admin;
}

Decision allow(std::string name = {}) {
    return {.allowed = true, .code = {}, .message = {}, .name = std::move(name)};
}

}  // namespace

Access::Access(const config::Server& server, store::Store& store, std::chrono::milliseconds memory)
    : server_(server),
      store_(store),
      memory_(memory),
      external_host_(host_of(server.external_url)) {
    base::Status ignored;
    // Known before the first request, so that foreign() need not take a closed loopback for an open
    // one.
    any_token(true, ignored);
}

std::optional<Decision> Access::foreign(const Request& request) {
    const std::string host = host_of(request.header("host"));
    const bool is_external = !external_host_.empty() && host == external_host_;
    // Without the store's word the loopback counts as open here: the stricter of the two.
    bool may_be_open = server_.loopback();
    {
        const std::lock_guard lock(mutex_);
        may_be_open = may_be_open && !any_token_.value_or(false);
    }
    // An open loopback is reached by every page in a browser of this machine through DNS rebinding:
    // a name of the attacker's that points to 127.0.0.1. The Host header gives that name away. 421
    // (RFC 9110, 15.5.20).
    if (may_be_open && !host.empty() && host != "localhost" && host != "127.0.0.1" &&
        host != "[::1]" && host != lower_case(server_.address) && !is_external)
        return Decision{
            .status = 421,
            .code = "foreign_host",
            .message = fmt::format("the server does not answer for the host \"{}\": use "
                                   "localhost, or set server.external_url",
                                   host.substr(0, 100)),
            .name = {}};
    if (is_safe(request.method)) return std::nullopt;
    // What the browser itself says is worth more than Origin, which may be "null" on our own pages;
    // it says so for https and localhost only.
    const std::string_view site = request.header("sec-fetch-site");
    const std::string_view origin = request.header("origin");
    const std::string from = host_of(origin);
    const bool same =
        !site.empty() ? site == "same-origin" || site == "none"
                      : origin.empty() || from == host || (!from.empty() && from == external_host_);
    if (!same)
        return Decision{.status = 403,
                        .code = "foreign_origin",
                        .message =
                            "a page of another site may not send this request: use a program "
                            "or our own pages",
                        .name = {}};
    return std::nullopt;
}

std::optional<Decision> Access::decide(const Request& request, Need need) {
    return decide(request, need, false);
}

Decision Access::ask(const Request& request, Need need) {
    return *decide(request, need, true);
}

std::optional<Decision> Access::decide(const Request& request, Need need, bool may_ask) {
    base::Status failure;
    if (need == Need::Nothing) {
        if (may_ask && server_.loopback()) any_token(true, failure);  // for foreign()
        return allow();
    }
    const bool behind_proxy =
        !request.header("x-forwarded-for").empty() || !request.header("forwarded").empty();
    // Prometheus on the same machine scrapes without a token; behind a proxy everybody comes from
    // the loopback.
    if (need == Need::Metrics && request.peer_is_loopback && !behind_proxy) return allow();

    const std::string_view from_header = bearer(request);
    const bool has_secret = !server_.webhook_secret.empty();
    if (need == Need::Webhook && has_secret &&
        base::equal_in_constant_time(from_header, server_.webhook_secret.reveal()))
        return allow("webhook");

    const auto unavailable = [&failure] {
        return Decision{.status = 503,
                        .code = "unavailable",
                        .message = "the tokens cannot be read just now: " + failure.error().message,
                        .name = {}};
    };
    // A secret that was configured is asked for even where the rest is open.
    if (server_.loopback() && !(need == Need::Webhook && has_secret)) {
        const std::optional<bool> any = any_token(may_ask, failure);
        if (!failure) return unavailable();
        if (!any) return std::nullopt;
        if (!*any) return allow();
    }

    std::string token(from_header);
    // A cookie reads only: a browser sends it along with requests that a person did not mean.
    if (token.empty() && is_safe(request.method)) token = request.cookie(kCookie);
    if (token.empty())
        return Decision{.status = 401,
                        .code = "no_token",
                        .message = "this needs a token: send it as \"Authorization: Bearer TOKEN\"",
                        .name = {}};
    const std::optional<Known> found = known(token, may_ask, failure);
    if (!failure) return unavailable();
    if (!found) return std::nullopt;
    if (!found->token)
        return refuse(request, "the token is not known: make one with devops-insight token create");
    if (found->token->role < *role_for(need))
        return Decision{
            .status = 403,
            .code = "denied",
            .message = fmt::format("the token's role is {}, this needs {}: ask for a "
                                   "token with that role",
                                   store::name(found->token->role), store::name(*role_for(need))),
            .name = found->token->name};
    return allow(found->token->name);
}

Decision Access::refuse(const Request& request, const std::string& message) {
    return {.status = 401,
            .code = "wrong_token",
            .message = message,
            .delay = attempts_.failed(request.peer, std::chrono::steady_clock::now()),
            .name = {}};
}

Decision Access::log_in(const Request& request, const std::string& token) {
    base::Status failure;
    const std::optional<Known> found = known(token, true, failure);
    if (!failure)
        return {.status = 503,
                .code = "unavailable",
                .message = "the tokens cannot be read just now: try again",
                .name = {}};
    if (!found->token) return refuse(request, "the token is not known");
    return allow(found->token->name);
}

bool Access::open() {
    base::Status failure;
    return server_.loopback() && !any_token(true, failure).value_or(true);
}

Access::Age Access::fresh() const {
    return {std::chrono::steady_clock::now() + memory_, {}};
}

bool Access::usable(Age& age, bool may_ask) const {
    const auto now = std::chrono::steady_clock::now();
    if (now < age.until) return true;
    if (may_ask) return false;
    // Somebody is asking already: until the answer comes the old one holds, rather than a queue of
    // workers that all ask the same.
    if (now < age.asked_until) return true;
    age.asked_until = now + memory_;  // this caller goes and asks
    return false;
}

std::optional<bool> Access::any_token(bool may_ask, base::Status& failure) {
    {
        const std::lock_guard lock(mutex_);
        if (any_token_ && usable(any_token_age_, may_ask)) return any_token_;
    }
    if (!may_ask) return std::nullopt;
    const auto tokens = store_.tokens();
    if (!tokens) {
        failure = base::fail(tokens.error());
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    any_token_ = !tokens->empty();
    any_token_age_ = fresh();
    return any_token_;
}

std::optional<Access::Known> Access::known(const std::string& token, bool may_ask,
                                           base::Status& failure) {
    if (token.size() > kMaxToken) return Known{};
    // The store knows hashes only, and so does this memory.
    const std::string digest = base::sha256_hex(token);
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(digest);
        if (found != known_.end() && usable(found->second.age, may_ask)) return found->second;
    }
    if (!may_ask) return std::nullopt;
    auto stored = store_.token(digest);
    if (!stored && stored.error().kind != base::ErrorKind::NotFound) {
        failure = base::fail(stored.error());
        return std::nullopt;
    }
    Known answer{stored ? std::optional(*stored) : std::nullopt, fresh()};
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMaxKnown) known_.clear();
    known_.insert_or_assign(digest, answer);
    return answer;
}

base::Status check_exposure(const config::Server& server, store::Store& store) {
    if (server.loopback() || !server.webhook_secret.empty()) return {};
    const auto tokens = store.tokens();
    if (!tokens) return base::fail(tokens.error());
    if (!tokens->empty()) return {};
    return base::fail(
        base::ErrorKind::Invalid,
        fmt::format("server.listen {}:{} can be reached from other machines, but there is no token "
                    "and no server.webhookSecret: make a token with `devops-insight token create`, "
                    "or listen on 127.0.0.1",
                    server.address, server.port));
}

}  // namespace insight::http
