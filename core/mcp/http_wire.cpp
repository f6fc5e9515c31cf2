#include "core/mcp/http_wire.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/net/sse_reader.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::size_t kMostBody = 2 * kMostMessage;  // of one answer with all that goes before it
constexpr int kMostReplies = 16;                     // to requests of the server within one answer
constexpr std::string_view kSession = "Mcp-Session-Id";

// or nothing but white space so far
bool seems_json(std::string_view text) {
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos || text[at] == '{' || text[at] == '[';
}

}  // namespace

void HttpWire::set_headers(const std::vector<net::Header>& headers) {
    const std::lock_guard lock(mutex_);
    headers_ = headers;
}

net::Request HttpWire::request(const Ask& ask, std::string body, base::Deadline deadline) {
    net::Request out;
    out.method = "POST";
    out.url = endpoint_.url;
    out.body = std::move(body);
    out.deadline = deadline;
    out.idle_timeout = std::max(deadline.sooner(std::chrono::minutes(10)).remaining_ms(),
                                std::chrono::milliseconds(1));  // a tool may think for long
    out.max_body = kMostBody;
    out.tls = endpoint_.tls;
    out.headers = {{"Content-Type", "application/json"},
                   {"Accept", "application/json, text/event-stream"},
                   {"User-Agent", "devops-insight"}};
    for (const auto& [name, value] : endpoint_.headers) {
        std::string lower = name;
        for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (lower == "authorization")
            out.authorization = value;
        else
            out.headers.emplace_back(name, value.reveal());
    }
    out.headers.insert(out.headers.end(), ask.headers.begin(), ask.headers.end());
    const std::lock_guard lock(mutex_);
    out.headers.insert(out.headers.end(), headers_.begin(), headers_.end());
    if (!session_.empty()) out.headers.emplace_back(kSession, session_);
    return out;
}

bool HttpWire::has_session() {
    const std::lock_guard lock(mutex_);
    return !session_.empty();
}

void HttpWire::remember_session(const net::Response& response) {
    const std::string_view id = response.header(kSession);
    // visible ASCII, says the specification; anything else would be ours to send
    if (id.empty() || id.size() > 512 ||
        !std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return;
    const std::lock_guard lock(mutex_);
    session_ = id;
}

void HttpWire::reply(const Incoming& message, base::Deadline deadline) {
    auto answer = request({}, reply_line(message), deadline.sooner(std::chrono::seconds(2)));
    answer.max_body = 4096;
    (void)transport_.send(answer);
}

Result<Answer> HttpWire::verdict(const net::Response& response, const std::string& body,
                                 std::int64_t id, const Ask& ask) {
    const int status = response.status;
    const auto no = [&](ErrorKind kind, std::string_view advice) {
        return fail(kind,
                    fmt::format("the MCP server {} at {} answered {} with HTTP {}: {}",
                                endpoint_.name, endpoint_.where(), ask.method, status, advice),
                    endpoint_.shown(body, 200));
    };
    if (status == 401)
        return no(ErrorKind::Denied, "it wants to know who asks; set 'Authorization' in headers");
    if (status == 403) return no(ErrorKind::Denied, "these credentials are not enough");
    auto message = read_message(body);
    const bool ours = message && message->kind == Incoming::Kind::Answer &&
                      (message->id == id || message->answer.refusal);
    // 404 says the specification; servers that keep sessions in memory answer 400 after a restart
    const bool forgotten =
        status == 404 || (status == 400 && ours && message->answer.refusal &&
                          // -32000 to -32019 have no fixed meaning; below stand errors that are not
                          // about a session
                          message->answer.refusal->code <= -32000 &&
                          message->answer.refusal->code > kUnsupportedVersion + 2);
    if (forgotten && has_session()) {
        lost_ = true;
        return no(ErrorKind::Unavailable, "it forgot our session");
    }
    // A refusal comes with a status of its own (400, 404), and its body says more.
    if (ours && (status < 500 || message->answer.refusal)) return std::move(message->answer);
    if (status == 404 || status == 405 || status == 406 || status == 415)
        return no(ErrorKind::NotFound, "no Streamable HTTP endpoint is there; correct the url");
    if (status == 429 || status >= 500)
        return no(ErrorKind::Unavailable, "it is overloaded or broken; try again later");
    if (status < 200 || status >= 300) return no(ErrorKind::Invalid, "it refuses the request");
    return fail(ErrorKind::Corrupt,
                fmt::format("what answers at {} for the MCP server {} sent no answer to {}: "
                            "correct the url, or ask its owner",
                            endpoint_.where(), endpoint_.name, ask.method),
                endpoint_.shown(body, 120));
}

Result<Answer> HttpWire::ask(const Ask& ask, base::Deadline deadline) {
    const std::int64_t id = ++last_id_;
    const auto post = request(ask, request_line(id, ask.method, ask.params), deadline);
    std::string body;
    std::optional<Answer> answer;
    int replies = 0;
    net::SseReader events(
        [&](const net::SseEvent& event) {
            auto message = read_message(event.data);
            if (!message) return true;
            if (message->kind == Incoming::Kind::Answer) {
                if (message->id == id) answer = std::move(message->answer);
            } else if (message->kind == Incoming::Kind::Request) {
                // A server that asks back waits with the rest of its stream until it is answered.
                if (++replies <= kMostReplies) reply(*message, deadline);
            } else if (message->method == "notifications/tools/list_changed") {
                tools_changed_ = true;
            }
            return !answer;
        },
        kMostMessage);
    std::optional<base::Error> too_large;
    bool streaming = false;
    // The kind of body shows in its first byte; sinks do not see the headers.
    const auto response = transport_.stream(post, [&](std::string_view block) {
        if (!streaming) {
            body += block;
            if (body.size() > kMostMessage) too_large.emplace();
            if (seems_json(body)) return !too_large;
            streaming = true;
            block = body;
        }
        const auto fed = events.feed(block);
        if (body.size() > 4096) body.resize(4096);
        if (!fed) too_large = fed.error();
        return fed.value_or(false);
    });
    if (answer) {
        if (response && ask.method == "initialize") remember_session(*response);
        return std::move(*answer);
    }
    if (too_large)
        return fail(ErrorKind::TooLarge,
                    fmt::format("the MCP server {} answered more than {} MiB: narrow the call's "
                                "arguments",
                                endpoint_.name, kMostMessage >> 20));
    if (!response) return fail(response.error());
    if (ask.method == "initialize") remember_session(*response);
    return verdict(*response, body, id, ask);
}

base::Status HttpWire::tell(const Ask& note, base::Deadline deadline) {
    auto post = request(note, notification_line(note.method, note.params), deadline);
    post.max_body = 64U << 10;
    const auto response = transport_.send(post);
    if (!response) return fail(response.error());
    if (response->status < 300) return {};
    auto failure = verdict(*response, response->body, 0, note);
    if (!failure) return {};
    return fail(failure.error());
}

HttpWire::~HttpWire() {
    if (session_.empty() || lost_) return;
    // A session that nobody ends stays in the server's memory.
    auto bye = request({}, "", base::Deadline::after(std::chrono::seconds(1)));
    bye.method = "DELETE";
    bye.max_body = 4096;
    (void)transport_.send(bye);
}

}  // namespace insight::mcp
