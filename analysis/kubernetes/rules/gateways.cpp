// Gateway API: classes, gateways and HTTP routes, by every condition and not the first one only
// (gateway.networking.k8s.io/v1: GatewayClass, Gateway, HTTPRoute).
#include <fmt/format.h>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

void bad_condition(Look& look, const Object& object, const Json& entry, const std::string& part) {
    const std::string_view message = text(entry, "message");
    const std::string type = plain(text(entry, "type"));
    const std::string status = plain(text(entry, "status"));
    look.add(object,
             "gateway_not_" + (type == "Programmed" ? std::string("programmed") : "accepted"),
             Level::Config, kFault)
        .says(fmt::format("{} has {}={}{}{}{}", label_of(object), type, status,
                          in_brackets(text(entry, "reason")), part.empty() ? "" : " for " + part,
                          ending(message)))
        .since(time_at(entry, "lastTransitionTime"))
        .concerns(type + part)
        .cite(object, {{type, status},
                       {"for", part},
                       {"reason", plain(text(entry, "reason"))},
                       {"message", plain(message)}})
        .overturned("If the condition turns True by itself, the controller only took its time.",
                    describe_command(object))
        .advise("Read what its controller objects to.", describe_command(object));
}

void gateway(Look& look, const Object& object) {
    const std::string_view name = text(object.spec(), "gatewayClassName");
    if (!name.empty() && look.cluster.find("GatewayClass", "", name) == nullptr &&
        look.cluster.absence("GatewayClass", "") != Absence::Unknown)
        look.add(object, "missing_gateway_class", Level::Config, kFault)
            .says(fmt::format("Gateway {} uses gateway class {}, which does not exist.",
                              path_of(object), plain(name)))
            .concerns("class")
            .cite(object, {{"gatewayClassName", plain(name)}})
            .overturned("If the gateway has an address and answers, the class was deleted later.",
                        "kubectl get gatewayclass " + shell_word(name))
            .advise("Create the class, or name one that exists.", "kubectl get gatewayclass");
    for (const Json& entry : list(object.status(), "conditions"))
        if (const std::string_view type = text(entry, "type");
            // Unknown counts here: a gateway that no controller has looked at serves nobody.
            (type == "Accepted" || type == "Programmed") && text(entry, "status") != "True")
            bad_condition(look, object, entry, "");
    for (const Json& listener : list(object.status(), "listeners"))
        for (const Json& entry : list(listener, "conditions"))
            if (const std::string_view type = text(entry, "type");
                (type == "Accepted" || type == "Programmed" || type == "ResolvedRefs") &&
                text(entry, "status") == "False")
                bad_condition(look, object, entry, "listener " + plain(text(listener, "name")));
}

// May routes of `space` join this gateway? Nothing when it cannot be told (namespace labels that
// were not collected). The default is Same.
std::optional<bool> admits(const Look& look, const Object& gateway, const Json& listener,
                           std::string_view space) {
    const Json& allowed = at(listener, "allowedRoutes", "namespaces");
    const std::string_view from = text(allowed, "from");
    if (from == "All") return true;
    if (from.empty() || from == "Same") return space == gateway.space;
    if (from != "Selector") return std::nullopt;
    const Object* name_space = look.cluster.find("Namespace", "", space);
    if (name_space == nullptr) return std::nullopt;
    return Selector::of(at(allowed, "selector")).matches(name_space->labels());
}

void parent(Look& look, const Object& route, const Json& reference) {
    const std::string_view kind = text(reference, "kind");
    const std::string_view name = text(reference, "name");
    if ((!kind.empty() && kind != "Gateway") || name.empty()) return;
    const std::string_view own = text(reference, "namespace");
    const std::string_view space = own.empty() ? route.space : own;
    const std::string path = fmt::format("{}/{}", plain(space), plain(name));
    const Object* gateway = look.cluster.find("Gateway", space, name);
    if (gateway == nullptr) {
        if (look.cluster.absence("Gateway", space) == Absence::Unknown) return;
        look.add(route, "missing_gateway", Level::Config, kFault)
            .says(fmt::format("HTTPRoute {} uses gateway {}, which does not exist.", path_of(route),
                              path))
            .concerns(path)
            .cite(route, {{"parentRef", path}})
            .overturned(
                "If requests reach the route's services, another parent serves it.",
                fmt::format("kubectl get gateway {} -n {}", shell_word(name), shell_word(space)))
            .advise("Create the gateway, or correct parentRefs.", get_command(route));
        return;
    }
    const std::string_view section = text(reference, "sectionName");
    bool refused = false;
    for (const Json& listener : list(gateway->spec(), "listeners")) {
        if (!section.empty() && text(listener, "name") != section) continue;
        const std::optional<bool> allowed = admits(look, *gateway, listener, route.space);
        // One listener that takes it is enough, and one that cannot be judged is no reason to
        // complain.
        if (!allowed || *allowed) return;
        refused = true;
    }
    if (!refused) return;
    look.add(route, "route_not_allowed", Level::Config, kFault)
        .says(fmt::format("HTTPRoute {} may not join gateway {}: its listeners do not allow routes "
                          "from namespace {}.",
                          path_of(route), path_of(*gateway), plain(route.space)))
        .concerns(path)
        .cite(route, {{"parentRef", path}, {"namespace", plain(route.space)}})
        .cite(*gateway,
              {{"listeners", base::dump_json(list(gateway->spec(), "listeners")).substr(0, 600)}})
        .overturned("If the route's status says Accepted, the listener was changed since.",
                    get_command(route))
        .advise("Allow the route's namespace in allowedRoutes, or move the route.",
                get_command(*gateway));
}

void route_backend(Look& look, const Object& route, const Json& reference) {
    const std::string_view kind = text(reference, "kind");
    const std::string_view name = text(reference, "name");
    if ((!kind.empty() && kind != "Service") || name.empty()) return;
    const std::string_view own = text(reference, "namespace");
    const std::string_view space = own.empty() ? route.space : own;
    const std::string path = fmt::format("{}/{}", plain(space), plain(name));
    const Object* service = look.cluster.find("Service", space, name);
    if (service == nullptr) {
        if (look.cluster.absence("Service", space) == Absence::Unknown) return;
        look.add(route, "missing_service", Level::Config, kFault)
            .says(fmt::format("HTTPRoute {} leads to service {}, which does not exist.",
                              path_of(route), path))
            .concerns(path)
            .cite(route, {{"backendRef", path}})
            .overturned(
                "If the service exists now, the controller picks it up by itself.",
                fmt::format("kubectl get service {} -n {}", shell_word(name), shell_word(space)))
            .advise("Create the service, or correct backendRefs.", get_command(route));
        return;
    }
    const std::int64_t port = count(reference, "port");
    const Json& ports = list(service->spec(), "ports");
    // Without a port the route names no Service of the core API; headless ones may list none.
    if (port == 0 || ports.empty()) return;
    std::string offered;
    for (const Json& entry : ports) {
        if (count(entry, "port") == port) return;
        offered += fmt::format("{}{}", offered.empty() ? "" : ", ", count(entry, "port"));
    }
    look.add(route, "service_port_mismatch", Level::Config, kFault)
        .says(fmt::format("HTTPRoute {} leads to port {} of service {}, which only has {}.",
                          path_of(route), port, path_of(*service), offered))
        .concerns(fmt::format("{} {}", path, port))
        .cite(route, {{"backendRef", path}, {"port", port}})
        .cite(*service, {{"ports", offered}})
        .overturned("If requests of this route are answered, another rule serves them.",
                    get_command(*service))
        .advise("Name a port that the service has.", get_command(route));
}

}  // namespace

void gateways(Look& look) {
    for (const Object* object : look.cluster.all("GatewayClass"))
        for (const Json& entry : list(object->status(), "conditions"))
            if (text(entry, "type") == "Accepted" && text(entry, "status") != "True")
                bad_condition(look, *object, entry, "");
    for (const Object* object : look.cluster.all("Gateway")) gateway(look, *object);
    for (const Object* route : look.cluster.all("HTTPRoute")) {
        for (const Json& reference : list(route->spec(), "parentRefs"))
            parent(look, *route, reference);
        for (const Json& rule : list(route->spec(), "rules"))
            for (const Json& reference : list(rule, "backendRefs"))
                route_backend(look, *route, reference);
        // Every controller writes its own parent, so that one refusal does not hide behind
        // another's yes.
        for (const Json& entry : list(route->status(), "parents"))
            for (const Json& state : list(entry, "conditions"))
                if (text(state, "status") == "False" &&
                    (text(state, "type") == "Accepted" || text(state, "type") == "ResolvedRefs"))
                    bad_condition(look, *route, state,
                                  "gateway " + plain(text(entry, "parentRef", "name")));
    }
}

}  // namespace insight::analysis::kubernetes
