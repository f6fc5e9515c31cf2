#include "core/net/guarded_transport.h"

#include <optional>

#include "core/base/crypto.h"

namespace insight::net {
namespace {

constexpr int kMaxRedirects = 5;

bool safe_to_repeat(const Request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

base::Result<Response> GuardedTransport::send(const Request& request) {
    return run(request, nullptr);
}

base::Result<Response> GuardedTransport::stream(const Request& request, const Sink& sink) {
    return run(request, &sink);
}

std::string GuardedTransport::pool_key(const Attempt& attempt) {
    const Tls& tls = attempt.request.tls;
    std::string key = attempt.url.origin();
    for (const std::string& part :
         {tls.ca_file, tls.certificate_file, tls.key_file, tls.server_name})
        key.append("\n").append(part);
    // By digest: keys do not stay in the pool's memory as text.
    if (!tls.ca_pem.empty() || !tls.certificate_pem.empty()) {
        base::Sha256 digest;
        for (const std::string& part : {tls.ca_pem, tls.certificate_pem, tls.key_pem.reveal()}) {
            digest.update(part);
            // Between the parts, so that no two lists of them give the same bytes.
            digest.update("\n");
        }
        key.append("\n").append(digest.hex());
    }
    key += tls.verify ? "\nverify" : "\ntrust";
    return key;
}

base::Result<Response> GuardedTransport::run(const Request& request, const Sink* sink) {
    const Request* current = &request;
    std::optional<Request> moved;
    for (int redirects = 0;; ++redirects) {
        const auto url = parse_url(current->url);
        if (!url) return base::fail(url.error());
        // The same checks for every place that a redirect leads to.
        if (auto checked = check_request(*current); !checked) return base::fail(checked.error());

        auto answer = visit(*current, *url, sink);
        if (!answer || !is_redirect(*current, answer->status, answer->headers)) return answer;

        const Failure failure(*current, *url);
        if (redirects == kMaxRedirects) return base::fail(failure.too_many_redirects());
        const auto next = resolve_redirect(*url, answer->header("Location"));
        if (!next) return base::fail(next.error());
        if (url->tls() && !next->tls()) return base::fail(failure.insecure_redirect());
        moved = redirected(*current, *url, *next);
        current = &*moved;
    }
}

base::Result<Response> GuardedTransport::visit(const Request& request, const Url& url,
                                               const Sink* sink) {
    const Failure failure(request, url);
    if (request.deadline.passed()) return base::fail(failure.out_of_time());
    const auto addresses = gate_.resolve(url.host, request.deadline);
    if (!addresses) return base::fail(failure.unresolved(addresses.error()));

    const Delivery delivery = sink == nullptr ? Delivery::Whole : Delivery::Live;
    const std::vector<Header> headers = headers_to_send(request, delivery);
    const auto try_once = [&](Connection connection) {
        Body body(request, sink, failure);
        return attempt(
            Attempt{request, url, *addresses, headers, failure, connection, delivery, body});
    };
    // A pooled connection may be dead without anybody having noticed: only what may be sent twice
    // takes it.
    Attempted first = try_once(safe_to_repeat(request) ? Connection::Pooled : Connection::Fresh);
    if (!first.resend || !safe_to_repeat(request)) return std::move(first.answer);
    return try_once(Connection::Fresh).answer;
}

}  // namespace insight::net
