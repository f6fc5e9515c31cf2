// What machines ask about the service itself.
#include "agent/http/routes/routes.h"

namespace insight::http {
namespace {

// Asking whether the store can write costs a write, and anybody may ask: once a second is enough.
class Readiness {
  public:
    base::Status ask(store::Store& store) {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (now >= until_) {
            last_ = store.healthy();
            until_ = now + std::chrono::seconds(1);
        }
        return last_;
    }

  private:
    std::mutex mutex_;
    base::Status last_;
    std::chrono::steady_clock::time_point until_;
};

Response metrics(const Parts& parts) {
    Response response{.body = parts.metrics.text(parts.store.counters(), parts.endpoint(),
                                                 parts.followers.count())};
    response.headers.push_back({"Content-Type", "text/plain; version=0.0.4; charset=utf-8"});
    response.headers.push_back({"Cache-Control", "no-store"});
    add_security_headers(response, kApiPolicy);
    return response;
}

Response openapi() {
    Response response{.body = std::string(openapi_text())};
    response.headers.push_back({"Content-Type", "application/json"});
    add_security_headers(response, kApiPolicy);
    return response;
}

}  // namespace

std::vector<Route> status_routes(const Parts& parts) {
    const auto healthy = [&parts](const Request& request, const Reply& reply) {
        reply.send(parts.envelope.data(request, 200, {{"status", "ok"}}));
    };
    const auto ready = [&parts, readiness = std::make_shared<Readiness>()](const Request& request,
                                                                           const Reply& reply) {
        const base::Status status = readiness->ask(parts.store);
        if (status) return reply.send(parts.envelope.data(request, 200, {{"status", "ready"}}));
        reply.send(parts.envelope.error(request, 503, "unavailable",
                                        "the store is not writable: " + status.error().message));
    };
    const auto show_metrics = [&parts](const Request&, const Reply& reply) {
        reply.send(metrics(parts));
    };
    const auto show_openapi = [](const Request& request, const Reply& reply) {
        reply.send(with_etag(request, openapi_text(), openapi()));
    };
    return {{.pattern = "/healthz",
             .need = Need::Nothing,
             .where = Where::Connection,
             .handle = healthy},
            // On a worker, as it writes; /healthz answers even when all workers are busy, or a busy
            // service would be killed for it.
            {.pattern = "/readyz", .need = Need::Nothing, .handle = ready},
            {.pattern = "/metrics", .need = Need::Metrics, .handle = show_metrics},
            {.pattern = "/api/v1/openapi.json",
             .need = Need::Nothing,
             .where = Where::Connection,
             .handle = show_openapi}};
}

}  // namespace insight::http
