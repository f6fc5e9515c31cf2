#include "core/net/curl_transport.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "core/net/curl_handle.h"
#include "core/net/tls_context.h"

namespace insight::net {

using SteadyClock = std::chrono::steady_clock;

// The multi handle keeps the connection; the easy handle is reset between transfers.
class CurlClient {
  public:
    CurlClient() : multi(curl_multi_init()), easy(curl_easy_init()) {}
    ~CurlClient() {
        curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
    }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;
    [[nodiscard]] bool usable() const { return multi != nullptr && easy != nullptr; }

    CURLM* multi;
    CURL* easy;
};

namespace {

void append(CurlList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return;  // out of memory: the line is missing, the rest stays whole
    static_cast<void>(list.release());
    list.reset(longer);
}

// What the callbacks of one transfer share; all of them run on the thread of the caller.
struct Transfer {
    explicit Transfer(const Attempt& one) : attempt(one) {}

    const Attempt& attempt;
    Response response;
    SteadyClock::time_point last_byte = SteadyClock::now();
    std::size_t header_bytes = 0;
    curl_off_t moved = 0;
    bool head_done = false;
    bool body_started = false;
    bool headers_too_large = false;
    std::string tls_problem;
    CurlList headers, resolve;
    std::string url;
    std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.last_byte = SteadyClock::now();
    if (transfer.head_done) return size;  // trailers
    transfer.header_bytes += size;
    if (transfer.header_bytes > Body::kMaxHeaders) {
        transfer.headers_too_large = true;
        return 0;
    }
    std::string_view line(data, size);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    Response& response = transfer.response;
    if (line.starts_with("HTTP/")) {  // of an interim answer (1xx) or of the final one
        response.headers.clear();
        response.status = 0;
        const std::size_t space = line.find(' ');
        if (space != std::string_view::npos)
            std::from_chars(line.data() + space + 1, line.data() + line.size(), response.status);
        return size;
    }
    if (line.empty()) {
        transfer.head_done = response.status >= 200;
        // 100 and 103: the final answer follows
        if (!transfer.head_done) return size;
        transfer.body_started = true;
        return transfer.attempt.body.start(response.status, response.headers) ? size : 0;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
        value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    response.headers.emplace_back(line.substr(0, colon), value);
    return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    const bool more = transfer.attempt.body.take({data, size});
    transfer.last_byte = SteadyClock::now();  // time that the receiver took is not silence
    return more ? size : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
    auto& transfer = *static_cast<Transfer*>(user);
    if (down + up != transfer.moved) transfer.last_byte = SteadyClock::now();
    transfer.moved = down + up;
    return 0;
}

CURLcode on_transfer_tls(CURL*, void* context, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.tls_problem = apply_tls(static_cast<ssl_ctx_st*>(context),
                                     transfer.attempt.request.tls, Authorities::Absent);
    return transfer.tls_problem.empty() ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

// The gate has resolved the name; curl is told the answer and never asks on its own.
void set_target(CURL* easy, Transfer& transfer) {
    Url url = transfer.attempt.url;
    if (!transfer.attempt.request.tls.server_name.empty() && url.tls()) {
        url.host = transfer.attempt.request.tls.server_name;
        url.ipv6_literal = false;
    }
    std::string addresses;
    for (const std::string& address : transfer.attempt.addresses) {
        if (!addresses.empty()) addresses += ',';
        addresses += address.find(':') == std::string::npos ? address : "[" + address + "]";
    }
    if (!is_ip_address(url.host))
        // "+": the entry grows old in curl's cache like any answer, instead of staying for ever.
        append(transfer.resolve, fmt::format("+{}:{}:{}", url.host, url.port, addresses));
    transfer.url = url.text();
    curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str());
    curl_easy_setopt(easy, CURLOPT_RESOLVE, transfer.resolve.get());
}

void set_message(CURL* easy, Transfer& transfer) {
    const Request& request = transfer.attempt.request;
    const bool with_body = !request.body.empty() || request.method == "POST" ||
                           request.method == "PUT" || request.method == "PATCH";
    if (request.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (with_body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                     request.method == "HEAD" ? nullptr : request.method.c_str());
    bool has_type = false;
    for (const auto& [name, value] : transfer.attempt.headers) {
        has_type = has_type || same_name(name, "Content-Type");
        append(transfer.headers,
               value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
    }
    append(transfer.headers, "Expect:");  // no waiting for 100-continue
    // curl would call every body a form
    if (!has_type) append(transfer.headers, "Content-Type:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
}

void set_limits(CURL* easy, Transfer& transfer) {
    const Tls& tls = transfer.attempt.request.tls;
    const bool fresh = transfer.attempt.connection == Connection::Fresh;
    // no alarms and no SIGPIPE handling in a process of many threads
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // the environment's proxies are not used
    // The path is in its final form; curl would take dots out of it once more.
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    // as the other adapter, so that both pass the same conformance suite
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 24L * 3600 * 1000);  // ours ends it earlier
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L << 10);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    // Authorities come from apply_tls: the same rules as in the other adapter.
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_transfer_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
}

base::Error explain(CURLcode code, const Transfer& transfer) {
    const Failure& failure = transfer.attempt.failure;
    const std::string_view detail = transfer.error.data();
    std::string cause = detail.empty() ? curl_easy_strerror(code) : transfer.error.data();
    if (transfer.headers_too_large) return failure.headers_too_large();
    if (!transfer.tls_problem.empty()) return failure.bad_tls_files(transfer.tls_problem);
    switch (code) {
        case CURLE_COULDNT_CONNECT:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_OPERATION_TIMEDOUT:  // the system's own connect timeout
            return failure.unreachable(cause);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
            return failure.untrusted(cause);
        case CURLE_OUT_OF_MEMORY:  // how curl calls one header line above its own limit
            return failure.headers_too_large();
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_BAD_CONTENT_ENCODING:
            return failure.protocol_broken(cause);
        case CURLE_RECV_ERROR:
            if (detail.find("chunked-encoding") != std::string_view::npos)
                return failure.protocol_broken(cause);
            [[fallthrough]];
        default:
            return failure.broken_off(cause);
    }
}

// Drives one transfer to its end; an error is ours (a limit), a code is curl's.
base::Result<CURLcode> drive(const CurlClient& client, const Transfer& transfer) {
    const Request& request = transfer.attempt.request;
    for (int running = 1;;) {
        if (curl_multi_perform(client.multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
        if (running == 0) break;
        if (request.deadline.passed()) return base::fail(transfer.attempt.failure.out_of_time());
        const auto silence = SteadyClock::now() - transfer.last_byte;
        if (silence >= request.idle_timeout)
            return base::fail(transfer.attempt.failure.silent(request.idle_timeout));
        const auto wait = std::min<std::chrono::nanoseconds>({request.deadline.remaining(),
                                                              request.idle_timeout - silence,
                                                              std::chrono::seconds(1)});
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
        curl_multi_poll(client.multi, nullptr, 0, static_cast<int>(milliseconds), nullptr);
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(client.multi, &left);
    return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

}  // namespace

CurlTransport::CurlTransport(Resolver resolver) : GuardedTransport(std::move(resolver)) {}

CurlTransport::~CurlTransport() = default;

Attempted CurlTransport::attempt(const Attempt& attempt) {
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    const bool pooled = attempt.connection == Connection::Pooled;
    const std::string key = pool_key(attempt);
    std::unique_ptr<CurlClient> client = pooled ? idle_.take(key) : nullptr;
    if (!client) client = std::make_unique<CurlClient>();
    if (kReady != CURLE_OK || !client->usable())
        return {base::fail(attempt.failure.unreachable("libcurl cannot be started")), false};

    Transfer transfer(attempt);
    curl_easy_reset(client->easy);
    set_limits(client->easy, transfer);
    set_target(client->easy, transfer);
    set_message(client->easy, transfer);
    if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
        return {base::fail(attempt.failure.unreachable("libcurl cannot add a transfer")), false};
    const base::Result<CURLcode> outcome = drive(*client, transfer);
    long connects = 0;
    curl_easy_getinfo(client->easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_multi_remove_handle(client->multi, client->easy);

    if (!outcome) return {base::fail(outcome.error()), false};
    if (attempt.body.error()) return {base::fail(*attempt.body.error()), false};
    // Neither curl's nor the server's fault when our own callback ended the transfer.
    const bool stopped = *outcome == CURLE_WRITE_ERROR && transfer.body_started;
    if (*outcome != CURLE_OK && !stopped) {
        // An old connection that the server had closed meanwhile: nothing of the request was
        // answered.
        const bool stale = pooled && connects == 0 && !transfer.head_done;
        return {base::fail(explain(*outcome, transfer)), stale};
    }
    if (!stopped) attempt.body.finish();
    if (attempt.body.error()) return {base::fail(*attempt.body.error()), false};
    // A transfer that was stopped leaves the rest of its answer on the connection.
    if (pooled && !stopped) idle_.give(key, std::move(client));
    transfer.response.body = attempt.body.release();
    return {std::move(transfer.response), false};
}

}  // namespace insight::net
