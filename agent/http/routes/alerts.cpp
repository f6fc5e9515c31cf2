// The webhook of Alertmanager: acknowledged once its alerts are on disk.
#include <spdlog/spdlog.h>

#include "agent/http/routes/routes.h"
#include "core/base/redaction/entrance.h"

namespace insight::http {
namespace {

// a delivery nests four levels; annotations are text
constexpr std::size_t kMaxDepth = 32;

// A rule's author may quote a query or an address with its password. Labels stay: they are what
// an alert is known by, here and in its sender.
void veil(std::vector<model::Alert>& alerts) {
    for (model::Alert& alert : alerts) {
        for (auto& [key, value] : alert.annotations) value = base::veiled_under(key, value);
        alert.generator_url = base::veiled(alert.generator_url);
    }
}

void receive(const Parts& parts, const Request& request, const Reply& reply) {
    const Envelope& envelope = parts.envelope;
    const auto body =
        base::parse_json(request.body, "the webhook body",
                         {.bytes = parts.limits.alert_body_bytes, .depth = kMaxDepth});
    if (!body) return reply.send(envelope.error(request, body.error()));
    auto delivery = model::delivery_from_json(*body, parts.clock.now());
    if (!delivery) return reply.send(envelope.error(request, delivery.error()));

    veil(delivery->alerts);

    Request named;
    named.id = request.id;
    const std::size_t alerts = delivery->alerts.size();
    // Deliveries that come together are written in one transaction, so the answer comes later, from
    // the store's thread.
    parts.store.accept(std::move(*delivery), [&envelope, &metrics = parts.metrics, reply, alerts,
                                              named = std::move(named)](
                                                 base::Result<store::Accepted> accepted) {
        // On the store's thread: the answer is made by the connection.
        reply.send([&envelope, &metrics, alerts, named, accepted = std::move(accepted)] {
            if (!accepted) {
                // Whatever the reason, Alertmanager has to try again: it retries 5xx only.
                Response refusal = envelope.error(
                    named, 503, base::name(accepted.error().kind),
                    "the alerts could not be stored, send them again: " + accepted.error().message);
                spdlog::warn("a delivery was refused: {}", accepted.error().text());
                return refusal;
            }
            metrics.received(alerts);
            return envelope.data(
                named, 200, {{"incidents", accepted->incidents}, {"opened", accepted->opened}});
        });
    });
}

}  // namespace

std::vector<Route> alert_routes(const Parts& parts) {
    // Parsing a bounded body and queueing it takes microseconds and waits for nothing.
    return {{.method = Method::Post,
             .pattern = "/api/v1/alerts/alertmanager",
             .need = Need::Webhook,
             .where = Where::Connection,
             .body_bytes = parts.limits.alert_body_bytes,
             .handle = [&parts](const Request& request, const Reply& reply) {
                 receive(parts, request, reply);
             }}};
}

}  // namespace insight::http
