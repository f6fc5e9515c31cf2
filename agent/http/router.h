// The table of routes: who may call what, on which thread, with how large a body.
#pragma once

#include <string>
#include <vector>

#include "agent/http/access.h"
#include "agent/http/envelope.h"
#include "agent/http/metrics.h"
#include "agent/http/reply.h"
#include "agent/http/site.h"
#include "agent/http/workers.h"

namespace insight::http {

// Connection: at once, on the thread that serves other connections too; it must not wait for a disk
// or render anything. Worker: on one of a few threads behind a short queue.
enum class Where { Connection, Worker };

struct Route {
    Method method = Method::Get;  // Get answers HEAD as well
    std::string pattern;          // "/api/v1/incidents/{id}": a {name} matches one segment
    Need need = Need::Admin;
    Where where = Where::Worker;
    std::size_t body_bytes = 0;  // 0: the usual limit
    Limits::Length answer{};     // 0: the usual limit
    bool page = false;           // refusals are pages, and a missing log-in leads to the form
    Handler handle;
};

// How refusals of pages look; set by the routes that make pages.
struct PageRefusals {
    std::function<Response(const Request&, int status, const std::string& message)> error;
    std::string login;  // where the form is
};

// Threads: safe after construction. Everything given must outlive it.
class Router {
  public:
    Router(std::vector<Route> routes, PageRefusals pages, Access& access, const Envelope& envelope,
           Metrics& metrics, Workers& workers, const Limits& limits);

    [[nodiscard]] Allowance allowance(const Request& request) const;
    void handle(Request request, const Reply& reply);
    // of requests that never became one: too large, unreadable, too slow
    [[nodiscard]] Response refuse(const Request& request, int status, std::string_view code,
                                  const std::string& message) const;

    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Match {
        const Route* route = nullptr;
        std::map<std::string, std::string> parameters;
        std::vector<Method> allowed;  // of the path, when the method is not among them
    };
    [[nodiscard]] Match find(const Request& request) const;
    void run(const Route& route, Request request, const Reply& reply, const Decision& decision);
    [[nodiscard]] Response refuse(const Route& route, const Request& request,
                                  const Decision& decision) const;

    const std::vector<Route> routes_;
    const PageRefusals pages_;
    Access& access_;
    const Envelope& envelope_;
    Metrics& metrics_;
    Workers& workers_;
    const Limits limits_;
};

}  // namespace insight::http
