#include "core/llm/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/redaction/known_word.h"
#include "core/base/text.h"
#include "core/llm/retry.h"

namespace insight::llm {
namespace {

using base::ErrorKind;

constexpr std::size_t kKept = 4096;  // of the server's words

template <std::size_t N>
bool mentions(const std::string& text, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// Providers have no common code for it, only words.
constexpr std::array<std::string_view, 9> kTooLong{
    "too long",        "context length", "context_length",      "context window",   "context size",
    "maximum context", "input tokens",   "exceeds the maximum", "request_too_large"};
constexpr std::array<std::string_view, 6> kNoMoney{"insufficient_quota",          "credit balance",
                                                   "insufficient credits",        "billing",
                                                   "exceeded your current quota", "spend_limit"};
constexpr std::array<std::string_view, 4> kModelWords{"model_not_found", "model not found",
                                                      "no such model", "not_found_error"};

// The message inside an error body of any provider: {"error": {"message"}}, {"error": "…"},
// {"message"}, [{"error": …}].
std::string message_of(std::string_view body) {
    const auto json = base::parse_json(body, "the error", {256U << 10, 32});
    if (!json) return std::string(body);
    const base::Json& object = json->is_array() && !json->empty() ? json->front() : *json;
    const base::Json& error = base::object_at(object, "error");
    std::string text = base::text_at(error, "message");
    for (const char* key : {"type", "code", "status"})
        if (const std::string more = base::text_at(error, key); !more.empty()) text += " " + more;
    if (text.empty()) text = base::text_at(object, "error");
    if (text.empty()) text = base::text_at(object, "message");
    if (text.empty()) text = base::text_at(object, "Message");
    if (text.empty()) text = base::text_at(object, "detail");
    return text.empty() ? std::string(body) : text;
}

// Google says it in the body: {"error": {"details": [{"retryDelay": "34s"}]}}
std::optional<base::Nanos> retry_delay(std::string_view body) {
    const auto json = base::parse_json(body, "the error", {256U << 10, 32});
    if (!json) return std::nullopt;
    const base::Json& object = json->is_array() && !json->empty() ? json->front() : *json;
    for (const base::Json& detail : base::array_at(base::object_at(object, "error"), "details")) {
        const std::string delay = base::text_at(detail, "retryDelay");
        if (delay.empty() || delay.size() > 20 || delay.back() != 's') continue;
        char* end = nullptr;
        const double seconds = std::strtod(delay.c_str(), &end);
        if (*end == 's' && seconds >= 0 && seconds < 1e6) return base::from_seconds(seconds);
    }
    return std::nullopt;
}

bool web_page(std::string_view body) {
    const std::size_t at = body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return at != std::string_view::npos && body[at] == '<';
}

}  // namespace

std::string Peer::who() const {
    return fmt::format("the language model {} at {}", name_, origin_);
}

std::string Peer::shown(std::string_view words) const {
    std::string text(words.substr(0, kKept));
    // Shorter ones would turn up in any text.
    for (const base::Secret& secret : secrets_)
        if (secret.reveal().size() >= 4)
            text = base::without_secret(std::move(text), secret.reveal());
    return base::shorten(base::one_line(base::redact(base::clean_utf8(text))), 300);
}

Failure Peer::failure(ErrorKind kind, std::string_view what, std::string_view words) const {
    Failure out;
    out.error = {kind, fmt::format("{} {}", who(), what), shown(words)};
    out.words = std::string(words.substr(0, kKept));
    return out;
}

Failure Peer::from_status(const net::Response& response, std::string_view body,
                          base::Nanos now) const {
    const int status = response.status;
    const bool page = web_page(body);
    const std::string words = page ? "a web page" : message_of(body);
    const std::string low = base::lower(words);
    const auto as = [&](ErrorKind kind, std::string_view what) {
        Failure out = failure(kind, fmt::format("{} (HTTP {})", what, status), words);
        out.status = status;
        return out;
    };
    // Money and length first: the statuses in which providers say it mean other things as well.
    if (status == 402 ||
        ((status == 400 || status == 403 || status == 429) && mentions(low, kNoMoney)))
        return as(ErrorKind::Denied, "has no credit left for this key; check its billing");
    if (status == 401) return as(ErrorKind::Denied, "refuses the key; correct llm.apiKey");
    if (status == 403)
        return as(ErrorKind::Denied, "may not be used with this key; check its rights and region");
    if (status == 413 || ((status == 400 || status == 422) && mentions(low, kTooLong)))
        return as(ErrorKind::Invalid, "was given a prompt that is too long for it");
    if (status == 404 && !page &&
        (mentions(low, kModelWords) || low.find("model") != std::string::npos))
        return as(ErrorKind::Invalid, "is not known there; correct llm.model");
    if (status == 404 || status == 405)
        return as(ErrorKind::Invalid, "is not at this address; correct llm.baseUrl");
    if (status >= 300 && status < 400)
        return as(ErrorKind::Invalid, "redirects, which is not followed; correct llm.baseUrl");

    // by which Anthropic and OpenAI tell their own clients
    const std::string_view should = response.header("x-should-retry");
    const bool passing =
        status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
    if (!passing && should != "true") return as(ErrorKind::Invalid, "refuses the request");
    Failure out = as(ErrorKind::Unavailable, status == 429 ? "is rate limited; try again later"
                                             : status == 529 || status == 503
                                                 ? "is overloaded; try again later"
                                                 : "failed on its side; try again later");
    // 501 and 505 say "never"; a provider that says so itself is believed
    out.retry = should != "false" && status != 501 && status != 505;
    out.after = retry_after(response, now);
    if (!out.after) out.after = retry_delay(body);
    // a conflict is about this request
    out.ill = status != 409;
    return out;
}

Failure Peer::from_event(std::string_view kind, std::string_view message) const {
    const std::string low =
        base::lower(std::string(kind) + " " + std::string(message.substr(0, kKept)));
    const std::string words = fmt::format("{} {}", kind, message);
    static constexpr std::array<std::string_view, 10> kPassing{
        "overload", "rate_limit",  "throttl",      "timeout",          "api_error",
        "internal", "unavailable", "server_error", "modelstreamerror", "exhausted"};
    static constexpr std::array<std::string_view, 4> kKey{"authentication", "permission",
                                                          "accessdenied", "unauthenticated"};
    if (mentions(low, kNoMoney))
        return failure(ErrorKind::Denied, "has no credit left for this key; check its billing",
                       words);
    if (mentions(low, kKey)) return failure(ErrorKind::Denied, "refuses the key", words);
    if (mentions(low, kTooLong))
        return failure(ErrorKind::Invalid, "was given a prompt that is too long for it", words);
    // a number is an HTTP status (Google, OpenRouter)
    const bool server_fault =
        kind.size() == 3 && (kind.front() == '5' || kind == "429" || kind == "408");
    if (mentions(low, kPassing) || server_fault) {
        Failure out = failure(ErrorKind::Unavailable,
                              "broke off with an error of its own; try again later", words);
        out.retry = true;
        out.ill = true;
        return out;
    }
    return failure(ErrorKind::Invalid, "refuses the request", words);
}

Failure Peer::from_transport(const base::Error& error) const {
    Failure out;
    // The transport's sentence names the server already.
    out.error = {error.kind,
                 fmt::format("the language model {} did not answer: {}", name_, error.message),
                 shown(error.cause)};
    out.retry = error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout ||
                error.kind == ErrorKind::Corrupt;
    out.ill = out.retry;
    if (error.kind == ErrorKind::TooLarge) out.error.kind = ErrorKind::Corrupt;
    return out;
}

Failure Peer::nonsense(std::string_view what, std::string_view sample, bool retry) const {
    Failure out = failure(ErrorKind::Corrupt, what, sample.substr(0, 200));
    out.retry = retry;
    out.ill = true;
    return out;
}

Failure Peer::cut() const {
    Failure out =
        failure(ErrorKind::Unavailable, "ended its answer in the middle; try again later", "");
    out.retry = true;
    out.ill = true;
    return out;
}

}  // namespace insight::llm
