#include "agent/http/server.h"

#include "agent/http/routes/routes.h"

namespace insight::http {
namespace {

constexpr int kWorkers = 2;
constexpr std::size_t kWaitingRequests = 256;
constexpr std::chrono::milliseconds kFollowEvery{500};
constexpr std::size_t kMostFollowers = 256;

// "https://host/insight" → "/insight/"
std::string base_path_of(const std::string& external_url) {
    const auto scheme = external_url.find("://");
    if (scheme == std::string::npos) return "/";
    const auto slash = external_url.find('/', scheme + 3);
    std::string path = slash == std::string::npos ? "/" : external_url.substr(slash);
    path = path.substr(0, path.find_first_of("?#"));
    if (!path.ends_with('/')) path += '/';
    return path;
}

}  // namespace

struct Server::Inside {
    const config::Server server;
    store::Store& store;
    Access access;
    Envelope envelope;
    Metrics metrics;
    Followers followers;
    Parts parts;
    Workers workers;
    Router router;
    std::unique_ptr<Endpoint> endpoint;
    std::atomic<const Endpoint*> counted{nullptr};  // requests may come before `endpoint` is set

    Inside(const config::Server& given, const Services& services, const Limits& limits)
        : server(given),
          store(services.store),
          access(server, store, limits.token_memory),
          envelope(services.clock, services.version),
          metrics(services.version),
          // Half of the connections stay free of streams, for alerts.
          followers(store, kFollowEvery, std::min(kMostFollowers, limits.connections / 2)),
          parts{server,
                store,
                services.clock,
                services.version,
                access,
                envelope,
                metrics,
                followers,
                [this] {
                    const Endpoint* now = counted;
                    return now != nullptr ? now->counters() : EndpointCounters{};
                },
                limits,
                base_path_of(server.external_url),
                services.chat,
                services.review,
                services.approved},
          workers(kWorkers, kWaitingRequests),
          router(all_routes(parts), page_refusals(parts), access, envelope, metrics, workers,
                 limits) {}
};

Server::Server(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

base::Result<std::unique_ptr<Server>> Server::start(const config::Server& server,
                                                    const Services& services, Limits limits) {
    if (auto checked = check_exposure(server, services.store); !checked)
        return base::fail(checked.error());
    limits.connections = static_cast<std::size_t>(std::max(server.max_connections, 1));
    auto inside = std::make_unique<Inside>(server, services, limits);
    Router& router = inside->router;
    Site site;
    site.allowance = [&router](const Request& request) { return router.allowance(request); };
    site.handle = [&router](Request request, const Reply& reply) {
        router.handle(std::move(request), reply);
    };
    site.refuse = [&router](const Request& request, int status, std::string_view code,
                            const std::string& message) {
        return router.refuse(request, status, code, message);
    };
    auto endpoint = Endpoint::open(server.address, server.port, std::move(site), limits);
    if (!endpoint) return base::fail(endpoint.error());
    inside->endpoint = std::move(*endpoint);
    inside->counted = inside->endpoint.get();
    return std::unique_ptr<Server>(new Server(std::move(inside)));
}

Server::~Server() {
    stop();
}

int Server::port() const {
    return inside_->endpoint->port();
}

void Server::changed() {
    inside_->followers.changed();
}

void Server::stop() {
    // Streams end first, or the endpoint would wait for them; the workers last, as a connection may
    // still wait for one.
    inside_->followers.stop();
    inside_->endpoint->stop();
    inside_->workers.stop();
}

}  // namespace insight::http
