#include "core/kubernetes/client.h"

#include <fmt/format.h>

#include <thread>

#include "core/base/text.h"

namespace insight::kubernetes {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;

// As kubectl: bursts are welcome, a stream of requests is not.
constexpr double kTurnsPerSecond = 30;
constexpr double kMostTurns = 80;
// Once for credentials that ran out, the others for a server that asks to come again.
constexpr int kMostAttempts = 4;
// A Status object is small, but what stands before a server may answer with whole pages.
constexpr std::size_t kMostFailure = 64U << 10;
constexpr base::Nanos kLongestWait = 10 * base::kSecond;

std::string short_words(std::string_view text) {
    return base::shorten(base::redact(base::one_line(base::clean_utf8(text.substr(0, 2000)))), 400);
}

// Retry-After in seconds (RFC 9110 section 10.2.3); dates are not sent by API servers.
base::Nanos seconds_of(std::string_view text) {
    base::Nanos value = 0;
    for (const char c : text.substr(0, 6)) {
        if (c < '0' || c > '9') return 0;
        value = value * 10 + (c - '0');
    }
    return value * base::kSecond;
}

}  // namespace

Refusal refusal_of(const Answer& answer) {
    Refusal out;
    const auto value = answer.content_type.find("json") == std::string::npos
                           ? base::Result<Json>(fail(ErrorKind::Corrupt, "plain text"))
                           : base::parse_json(answer.body, "a failure", {kMostFailure, 32});
    // Unknown groups and broken aggregated APIs answer in plain text.
    if (!value || base::text_at(*value, "kind") != "Status") {
        out.message = short_words(answer.body);
        return out;
    }
    out.reason = short_words(base::text_at(*value, "reason"));
    out.message = short_words(base::text_at(*value, "message"));
    out.next = base::text_at(base::object_at(*value, "metadata"), "continue");
    return out;
}

Client::Client(std::string name, Access access, net::Transport& transport, const base::Clock& clock,
               base::Nanos timeout)
    : name_(std::move(name)),
      credentials_(std::move(access), clock),
      transport_(transport),
      timeout_(timeout),
      refilled_(std::chrono::steady_clock::now()),
      turns_(kMostTurns) {}

void Client::take_turn(base::Deadline deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        turns_ =
            std::min(kMostTurns, turns_ + std::chrono::duration<double>(now - refilled_).count() *
                                              kTurnsPerSecond);
        refilled_ = now;
        // Without time left the request goes on, to fail as every request without time does.
        if (turns_ >= 1 || deadline.passed()) break;
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        lock.lock();
    }
    turns_ -= 1;
}

base::Result<Answer> Client::once(const net::Request& request, const net::Sink* sink,
                                  base::Nanos& retry_after) {
    Answer out;
    // The status comes after the body: a failure's words are kept beside what the sink takes.
    std::string head;
    const auto keep = [&](std::string_view block) {
        if (head.size() < kMostFailure) head.append(block.substr(0, kMostFailure - head.size()));
        return (*sink)(block);
    };
    auto response =
        sink == nullptr ? transport_.send(request) : transport_.stream(request, net::Sink(keep));
    if (!response) return fail(std::move(response.error()));
    out.status = response->status;
    out.content_type = response->header("Content-Type");
    out.date = response->header("Date");
    out.body = sink == nullptr ? std::move(response->body) : std::move(head);
    if (out.status >= 300 && out.body.size() > kMostFailure) out.body.resize(kMostFailure);
    retry_after = seconds_of(response->header("Retry-After"));
    return out;
}

base::Result<Answer> Client::exchange(net::Request request, base::Deadline deadline,
                                      const net::Sink* sink, const std::function<void()>& begin) {
    // The proof is fetched for every attempt: what was right a second ago may be renewed by now.
    request.tls = {};
    for (int attempt = 1;; ++attempt) {
        auto proof = credentials_.proof(deadline);
        if (!proof) return fail(std::move(proof.error()));
        request.tls = proof->tls;
        request.authorization.reset();
        if (!proof->authorization.empty()) request.authorization = proof->authorization;
        take_turn(deadline);
        request.deadline = deadline.sooner(std::chrono::nanoseconds(timeout_));
        // after the wait for a turn, before any byte: what the sink took of an earlier attempt is
        // void
        if (begin) begin();
        base::Nanos wait = 0;
        auto answer = once(request, sink, wait);
        if (!answer || attempt == kMostAttempts) return answer;
        if (answer->status == 401) {
            // A token may end between two requests; another thread may have renewed it already.
            if (attempt > 1 || !credentials_.refused(proof->generation)) return answer;
            continue;
        }
        if (answer->status != 429 && answer->status != 503) return answer;
        // priority and fairness asks for a second or so; a broken aggregated API names no time
        // Waiting must leave as much time again for the answer.
        if (wait == 0 || wait > kLongestWait || wait * 2 > deadline.remaining().count())
            return answer;
        std::this_thread::sleep_for(std::chrono::nanoseconds(wait));
    }
}

base::Result<Answer> Client::get(const std::string& path, const Query& query,
                                 base::Deadline deadline, std::string_view accept,
                                 std::size_t max_body) {
    net::Request request;
    request.url = access().server + path;
    if (!query.empty()) request.url += "?" + net::encode_form(query);
    request.headers = access().impersonation;
    request.headers.emplace_back("Accept", accept);
    request.max_body = max_body;
    return exchange(std::move(request), deadline, nullptr);
}

base::Result<Answer> Client::stream(const std::string& path, const Query& query,
                                    base::Deadline deadline, const std::function<void()>& begin,
                                    const net::Sink& sink, std::size_t max_body,
                                    std::string_view accept) {
    net::Request request;
    request.url = access().server + path;
    if (!query.empty()) request.url += "?" + net::encode_form(query);
    request.headers = access().impersonation;
    request.headers.emplace_back("Accept", accept);
    request.headers.emplace_back("Accept-Encoding", "gzip");  // lists shrink to a tenth
    request.max_body = max_body;
    return exchange(std::move(request), deadline, &sink, begin);
}

base::Result<Json> Client::get_object(const Target& target, const Query& query,
                                      base::Deadline deadline, std::size_t max_body) {
    auto answer = get(path_of(target), query, deadline, kPlainJson, max_body);
    if (!answer) return fail(std::move(answer.error()));
    if (answer->status != 200) return fail(failure(*answer, target));
    auto value = base::parse_json(answer->body, "the answer of Kubernetes " + name_, {max_body});
    if (!value || !value->is_object())
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is not the API of Kubernetes {}",
                                access().server, name_));
    return value;
}

base::Result<Json> Client::review(const std::string& path, const Json& body,
                                  base::Deadline deadline) {
    net::Request request;
    request.method = "POST";
    request.url = access().server + path;
    request.headers = access().impersonation;
    request.headers.emplace_back("Accept", kPlainJson);
    request.headers.emplace_back("Content-Type", kPlainJson);
    request.body = base::dump_json(body);
    request.max_body = 4U << 20;
    auto answer = exchange(std::move(request), deadline, nullptr);
    if (!answer) return fail(std::move(answer.error()));
    if (answer->status != 200 && answer->status != 201)
        return fail(
            failure(*answer, {"authorization.k8s.io", "v1", path.substr(path.rfind('/') + 1), "",
                              "", "", "create", false}));
    return base::parse_json(answer->body, "the answer of Kubernetes " + name_, {4U << 20, 64});
}

base::Error Client::failure(const Answer& answer, const Target& target) const {
    const Refusal refusal = refusal_of(answer);
    const auto error = [&](ErrorKind kind, std::string message) {
        return base::Error{kind, std::move(message), refusal.message};
    };
    switch (answer.status) {
        case 401:
            return error(ErrorKind::Denied,
                         fmt::format("Kubernetes {} refuses our credentials (HTTP 401): renew the "
                                     "token or certificate of {}",
                                     name_, access().origin));
        case 403:
            // The server's words name the user; who can give the right needs the rule.
            return error(ErrorKind::Denied,
                         fmt::format("we may not {} {}: add the rule {}", target.verb,
                                     words_of(target), rule_of(target)));
        case 404:
            return error(ErrorKind::NotFound,
                         fmt::format("Kubernetes {} has no {}", name_, words_of(target)));
        // The continue token outlived what etcd keeps (about five minutes).
        case 410:
            return error(ErrorKind::Conflict,
                         fmt::format("the list of {} expired while it was read", words_of(target)));
        case 413:
            return error(ErrorKind::TooLarge, "the API server finds the request too large");
        case 429:
            return error(ErrorKind::Unavailable,
                         fmt::format("Kubernetes {} asks to be left alone (HTTP 429): its priority "
                                     "level is full, ask less or later",
                                     name_));
        // the API server's own time-out, on etcd mostly; a gateway before it would give the same
        case 504:
            return error(ErrorKind::Timeout,
                         fmt::format("Kubernetes {} did not answer in time itself (HTTP 504): look "
                                     "at etcd's latency",
                                     name_));
        default:
            return error(
                ErrorKind::Unavailable,
                fmt::format("Kubernetes {} answered HTTP {} for {}: look at the log of the "
                            "API server, or of what stands before it",
                            name_, answer.status, words_of(target)));
    }
}

}  // namespace insight::kubernetes
