#include "github/api.h"

#include <fmt/format.h>

#include <thread>

#include "core/base/crypto.h"
#include "core/net/authorization.h"
#include "core/net/url.h"
#include "github/link_header.h"

namespace insight::github {
namespace {

constexpr int kMaxTries = 4;        // of one call, whatever made the earlier ones fail
constexpr int kMaxListPages = 100;  // 10,000 items, where GitHub stops, too
constexpr std::size_t kMaxAnswer = 32U << 20;
constexpr std::chrono::milliseconds kPause{500};      // before a server is asked again
constexpr std::chrono::milliseconds kToFinish{1000};  // what a wait must leave of the deadline
constexpr const char* kVersion = "2022-11-28";  // the oldest that Enterprise servers in use know

// GraphQL is asked by POST, but here it only reads.
bool writes(const Call& call) {
    return call.method != "GET" && call.resource == Resource::Rest;
}

}  // namespace

Api::Api(const Settings& settings, Address address, net::Transport& transport,
         const base::Clock& clock, Wait wait)
    : settings_(settings),
      address_(std::move(address)),
      transport_(transport),
      clock_(clock),
      wait_(std::move(wait)),
      identity_(base::sha256_hex(settings.token.reveal() + "\n" + settings.app_id)) {
    if (!wait_)
        wait_ = [](std::chrono::nanoseconds length) { std::this_thread::sleep_for(length); };
}

Proof Api::proof() const {
    if (!settings_.app_id.empty()) return Proof::App;
    return settings_.token.empty() ? Proof::None : Proof::Token;
}

Asked Api::asked(const Call& call) const {
    return {call.what, writes(call), proof(), address_.origin};
}

base::Nanos Api::blocked_until() const {
    // REST and GraphQL have budgets of their own; whoever plans ahead writes by REST.
    return limits_.blocked_until(Resource::Rest, clock_.now());
}

base::Status Api::hold(const Call& call, base::Deadline deadline) {
    const base::Nanos now = clock_.now();
    const base::Nanos until = limits_.blocked_until(call.resource, now);
    if (until == 0) return {};
    const std::chrono::nanoseconds length(until - now);
    // A wait that ends when there is no time left to ask is a failure that can be told now.
    if (length + kToFinish > deadline.remaining())
        return base::fail(rate_limited(asked(call), {until, false}, now));
    wait_(length);
    return {};
}

base::Result<net::Request> Api::request_of(const Call& call, base::Deadline deadline) {
    auto authorization = proof_for(call, deadline);
    if (!authorization) return base::fail(authorization.error());
    net::Request out;
    out.method = call.method;
    if (call.resource == Resource::GraphQl)
        out.url = address_.graphql;
    else
        // Next pages come as whole addresses; walk() has looked where they lead.
        out.url = call.path.starts_with('/') ? address_.rest + call.path : call.path;
    out.headers = {{"Accept", "application/vnd.github+json"}, {"X-GitHub-Api-Version", kVersion}};
    if (!authorization->empty()) out.authorization = net::bearer(*authorization);
    if (!call.body.is_null()) {
        out.body = base::dump_json(call.body);
        out.headers.emplace_back("Content-Type", "application/json");
    }
    out.deadline = deadline.sooner(std::chrono::nanoseconds(settings_.timeout));
    out.max_body = kMaxAnswer;
    out.tls = settings_.tls;
    return out;
}

base::Result<net::Response> Api::send(const Call& call, const net::Request& request) {
    if (!writes(call)) return transport_.send(request);
    // One at a time and a pause between two: what GitHub asks of those who write.
    const std::unique_lock lock(writing_, request.deadline.point());
    if (!lock.owns_lock())
        return base::fail(base::ErrorKind::Timeout,
                          call.what + " waited too long for other requests that write; try again");
    const base::Nanos pause = last_write_ + settings_.write_gap - clock_.now();
    if (last_write_ != 0 && pause > 0) wait_(std::chrono::nanoseconds(pause));
    auto response = transport_.send(request);
    last_write_ = clock_.now();
    return response;
}

base::Result<Reply> Api::reply_of(const Call& call, const net::Response& response,
                                  const std::string& key) {
    Reply out{response.status, {}, next_of(response.header("Link")), response.headers};
    if (response.body.empty()) return out;
    auto json = base::parse_json(response.body, call.what);
    if (!json) return base::fail(not_json(asked(call), response));
    const std::string_view etag = response.header("ETag");
    if (call.method == "GET" && response.status == 200 && (call.final || !etag.empty()))
        cache_.keep(key, {std::string(etag), response.body, std::string(response.header("Link")),
                          call.final});
    out.json = std::move(*json);
    return out;
}

base::Result<Reply> Api::ask(const Call& call, base::Deadline deadline) {
    const std::string key = identity_ + " " + call.path;
    const auto kept = call.method == "GET" ? cache_.find(key) : std::nullopt;
    const auto from_cache = [&] {
        net::Response response{200, {{"Link", kept->link}}, kept->body};
        return reply_of(call, response, key);
    };
    // What is named by its SHA never changes; everything else is asked for with its ETag, and a 304
    // does not count against the limit.
    if (kept && kept->final) return from_cache();

    int repeats = 0;
    bool signed_in_again = false;
    for (int tries = 1;; ++tries) {
        if (auto held = hold(call, deadline); !held) return base::fail(held.error());
        auto request = request_of(call, deadline);
        if (!request) return base::fail(request.error());
        if (kept && !kept->etag.empty()) request->headers.emplace_back("If-None-Match", kept->etag);
        auto response = send(call, *request);
        if (!response)
            return base::fail(response.error().kind,
                              fmt::format("{}: {}", call.what, response.error().message),
                              response.error().cause);
        const base::Nanos now = clock_.now();
        limits_.note(call.resource, *response, now);
        if (response->status == 304 && kept) return from_cache();
        if (response->status >= 200 && response->status < 300)
            return reply_of(call, *response, key);
        const bool last = tries >= kMaxTries;
        if (const auto refusal = refusal_of(*response, now, repeats)) {
            limits_.refuse(call.resource, *refusal);
            ++repeats;
            if (last) return base::fail(rate_limited(asked(call), *refusal, now));
            continue;  // hold() waits, or says that it would take too long
        }
        // A token of an installation may be revoked before its hour is over: it is made anew, once.
        if (response->status == 401 && proof() == Proof::App && !call.repository.empty() &&
            !signed_in_again) {
            signed_in_again = true;
            if (const auto number = installation_of(call.repository, deadline))
                tokens_.forget(*number, base::Secret(request->authorization->reveal().substr(7)));
            continue;
        }
        // A read costs nothing when it is done twice; what writes may have been carried out.
        if (response->status >= 500 && !writes(call) && !last &&
            deadline.remaining() > kToFinish + kPause * tries) {
            wait_(kPause * tries);
            continue;
        }
        return base::fail(failure_of(asked(call), *response));
    }
}

base::Result<std::string> Api::walk(Call call, const std::function<bool(const base::Json&)>& take,
                                    base::Deadline deadline) {
    std::set<std::string> seen;
    for (int pages = 1;; ++pages) {
        auto reply = ask(call, deadline);
        // Half a list and a note is worth more than an error.
        if (!reply && pages > 1) return "the list goes on; " + reply.error().message;
        if (!reply) return base::fail(reply.error());
        const bool more = take(reply->json);
        if (reply->next.empty()) return std::string();
        if (!more || pages == kMaxListPages) return std::string(kOverLimit);
        // Our token goes only where it is meant for, and never in circles.
        const auto next = net::parse_url(reply->next);
        if (!next || next->origin() != address_.origin || !seen.insert(reply->next).second)
            return fmt::format("the list goes on, but its next page is not at {}", address_.origin);
        call.path = reply->next;
    }
}

// GitHub Apps: proofs that are asked for and kept.

base::Result<base::Secret> Api::proof_for(const Call& call, base::Deadline deadline) {
    if (settings_.app_id.empty()) return settings_.token;
    if (call.repository.empty())
        return app_token(settings_.app_id, settings_.private_key, clock_.now());
    auto token = installation_token(call.repository, deadline);
    if (!token) return base::fail(token.error());
    return std::move(token->token);
}

base::Result<std::string> Api::installation_of(const std::string& repository,
                                               base::Deadline deadline) {
    if (!settings_.installation.empty()) return settings_.installation;
    {
        const std::lock_guard lock(installations_mutex_);
        const auto found = installations_.find(repository);
        if (found != installations_.end()) return found->second;
    }
    Call call;
    call.path = "/repos/" + repository + "/installation";
    call.what = repository + ": the App's installation";
    auto reply = ask(call, deadline);
    if (!reply && reply.error().kind == base::ErrorKind::NotFound)
        return base::fail(base::ErrorKind::Denied,
                          fmt::format("{}: the GitHub App is not installed there; install it on "
                                      "GitHub, below the App's settings, Install App",
                                      repository),
                          reply.error().message);
    if (!reply) return base::fail(reply.error());
    const std::int64_t number = base::integer_at(reply->json, "id");
    if (number <= 0)
        return base::fail(base::ErrorKind::Corrupt, call.what + " has no number in the answer");
    const std::lock_guard lock(installations_mutex_);
    return installations_[repository] = std::to_string(number);
}

base::Result<InstallationToken> Api::installation_token(const std::string& repository,
                                                        base::Deadline deadline) {
    const auto number = installation_of(repository, deadline);
    if (!number) return base::fail(number.error());
    return tokens_.get(
        *number, clock_.now(), deadline,
        [&](const std::string& installation) -> base::Result<InstallationToken> {
            Call call;
            call.method = "POST";
            call.path = "/app/installations/" + installation + "/access_tokens";
            call.what = repository + ": a token of the App's installation";
            auto reply = ask(call, deadline);
            if (!reply) return base::fail(reply.error());
            const auto expires = base::parse_rfc3339(base::text_at(reply->json, "expires_at"));
            InstallationToken token{base::Secret(base::text_at(reply->json, "token")),
                                    expires.value_or(0),
                                    base::object_at(reply->json, "permissions")};
            if (token.token.empty() || !expires)
                return base::fail(base::ErrorKind::Corrupt, call.what + " is not in the answer");
            return token;
        });
}

}  // namespace insight::github
