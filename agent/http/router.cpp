#include "agent/http/router.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace insight::http {
namespace {

const std::string kNoRoute = "none";

// Stands between a handler and the connection to count the answer.
class Counted final : public Answerer {
  public:
    Counted(Reply to, Metrics& metrics, const std::string& route, const Envelope& envelope,
            Request request)
        : to_(std::move(to)),
          metrics_(metrics),
          route_(route),
          envelope_(envelope),
          request_(std::move(request)) {}

    // All that is kept by reference is touched only in what the connection runs, and that never
    // happens after the server has stopped.
    void answer(std::function<Response()> make) override {
        to_.send([&metrics = metrics_, route = route_, began = began_, make = std::move(make),
                  &envelope = envelope_, request = std::move(request_)] {
            Response response =
                make ? make()
                     : envelope.error(request, 500, "internal",
                                      "the request was dropped by a defect of the server: see its "
                                      "log");
            metrics.answered(route, response.status, std::chrono::steady_clock::now() - began);
            return response;
        });
    }
    void stream(Response head, std::shared_ptr<EventStream> events) override {
        metrics_.answered(route_, head.status, std::chrono::steady_clock::now() - began_);
        to_.stream(std::move(head), std::move(events));
    }

  private:
    Reply to_;
    Metrics& metrics_;
    const std::string route_;
    const Envelope& envelope_;
    Request request_;  // its id only
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// The next segment of a path, taken off its front.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string>& parameters) {
    while (!pattern.empty() && !path.empty()) {
        const std::string_view want = take_segment(pattern);
        const std::string_view have = take_segment(path);
        if (!want.starts_with('{')) {
            if (want != have) return false;
            continue;
        }
        auto value = percent_decode(have, false);
        if (!value || value->empty()) return false;
        parameters[std::string(want.substr(1, want.size() - 2))] = std::move(*value);
    }
    return pattern.empty() && path.empty();
}

}  // namespace

Router::Router(std::vector<Route> routes, PageRefusals pages, Access& access,
               const Envelope& envelope, Metrics& metrics, Workers& workers, const Limits& limits)
    : routes_(std::move(routes)),
      pages_(std::move(pages)),
      access_(access),
      envelope_(envelope),
      metrics_(metrics),
      workers_(workers),
      limits_(limits) {}

Router::Match Router::find(const Request& request) const {
    const Method method = request.method == Method::Head ? Method::Get : request.method;
    Match match;
    for (const Route& route : routes_) {
        std::map<std::string, std::string> parameters;
        if (!matches(route.pattern, request.path, parameters)) continue;
        if (route.method == method) return {&route, std::move(parameters), {}};
        match.allowed.push_back(route.method);
        if (route.method == Method::Get) match.allowed.push_back(Method::Head);
    }
    return match;
}

Allowance Router::allowance(const Request& request) const {
    Allowance out{limits_.body_bytes, limits_.answer};
    const Match match = find(request);
    if (match.route == nullptr) return out;
    if (match.route->body_bytes > 0) out.body_bytes = match.route->body_bytes;
    if (match.route->answer.count() > 0) out.answer = match.route->answer;
    return out;
}

Response Router::refuse(const Request& request, int status, std::string_view code,
                        const std::string& message) const {
    const Match match = find(request);
    metrics_.answered(match.route != nullptr ? match.route->pattern : kNoRoute, status, {});
    return envelope_.error(request, status, code, message);
}

Response Router::refuse(const Route& route, const Request& request,
                        const Decision& decision) const {
    // A page leads to the log-in; the form that was sent would be lost on the way, so it gets an
    // error.
    if (route.page && decision.status == 401 && request.method != Method::Post)
        // See Other: the browser asks for the log-in with GET.
        return {.status = 303, .headers = {{"Location", pages_.login}}};
    Response response =
        route.page ? pages_.error(request, decision.status, decision.message)
                   : envelope_.error(request, decision.status, decision.code, decision.message);
    if (decision.status == 401)
        response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"devops-insight\""});
    response.delay = decision.delay;
    return response;
}

void Router::run(const Route& route, Request request, const Reply& reply,
                 const Decision& decision) {
    // After decide or ask, which may have learned from the store whether the loopback is open.
    if (const auto foreign = access_.foreign(request))
        return reply.send(refuse(route, request, *foreign));
    if (!decision.allowed) return reply.send(refuse(route, request, decision));
    request.caller = decision.name;
    route.handle(std::move(request), reply);
}

void Router::handle(Request request, const Reply& reply) {
    Match match = find(request);
    Request named;
    named.id = request.id;
    const std::string& label = match.route != nullptr ? match.route->pattern : kNoRoute;
    const Reply counted(std::make_shared<Link>(std::make_shared<Counted>(
                            reply, metrics_, label, envelope_, std::move(named))),
                        limits_);
    if (match.route == nullptr && match.allowed.empty())
        return counted.send(envelope_.error(
            request, 404, "not_found", "there is nothing at this path: see /api/v1/openapi.json"));
    if (match.route == nullptr) {
        std::vector<std::string_view> names;
        for (const Method method : match.allowed) names.push_back(name(method));
        const std::string allow = fmt::format("{}", fmt::join(names, ", "));
        Response response =
            envelope_.error(request, 405, "method_not_allowed",
                            fmt::format("this path does not take that method: use {}", allow));
        response.headers.push_back({"Allow", allow});
        return counted.send(std::move(response));
    }
    const Route& route = *match.route;
    request.parameters = std::move(match.parameters);
    if (route.where == Where::Connection)
        // nullopt: the store has to be asked, which a connection's thread must not wait for.
        if (const auto decision = access_.decide(request, route.need))
            return run(route, std::move(request), counted, *decision);
    const auto shared = std::make_shared<Request>(std::move(request));
    const bool taken = workers_.submit([this, &route, shared, counted] {
        const Decision decision = access_.ask(*shared, route.need);
        run(route, std::move(*shared), counted, decision);
    });
    if (!taken)
        counted.send(envelope_.error(*shared, 503, "overloaded",
                                     "the server has too much to do: try again in a few seconds"));
}

}  // namespace insight::http
