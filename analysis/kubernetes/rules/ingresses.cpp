// Ingresses: their class, the services and ports they lead to, their TLS secrets.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// Classes that Google's controller serves without an IngressClass object (GKE documentation).
constexpr std::array<std::string_view, 2> kBuiltIn{"gce", "gce-internal"};

// Served in practice: a controller gave it an address.
bool has_address(const Object& ingress) {
    return !list(ingress.status(), "loadBalancer", "ingress").empty();
}

void ingress_class(Look& look, const Object& ingress) {
    const std::string_view by_annotation = ingress.annotation("kubernetes.io/ingress.class");
    const std::string_view by_field = text(ingress.spec(), "ingressClassName");
    const std::string_view name = by_field.empty() ? by_annotation : by_field;
    if (std::find(kBuiltIn.begin(), kBuiltIn.end(), name) != kBuiltIn.end() || has_address(ingress))
        return;
    if (name.empty()) {
        if (look.cluster.absence("IngressClass", "") == Absence::Unknown) return;
        // A default class takes every ingress that names none (Ingress documentation).
        for (const Object* candidate : look.cluster.all("IngressClass"))
            if (candidate->annotation("ingressclass.kubernetes.io/is-default-class") == "true")
                return;
        look.add(ingress, "missing_ingress_class", Level::Config, kSuspect)
            .says(fmt::format(
                "Ingress {} names no class and none is the default: no controller serves it.",
                path_of(ingress)))
            .concerns("class")
            .cite(ingress, {{"ingressClassName", ""}})
            .overturned("If a controller gives it an address, it serves ingresses without a class.",
                        get_command(ingress))
            .advise("Set ingressClassName.", "kubectl get ingressclass");
        return;
    }
    if (look.cluster.find("IngressClass", "", name) != nullptr ||
        look.cluster.absence("IngressClass", "") == Absence::Unknown)
        return;
    // The annotation needs no object: controllers compare it with a name of their own.
    if (by_field.empty() && look.cluster.absence("IngressClass", "") == Absence::Likely) return;
    look.add(ingress, "missing_ingress_class", Level::Config, kFault)
        .says(fmt::format("Ingress {} names class {}, which does not exist.", path_of(ingress),
                          plain(name)))
        .concerns("class")
        .cite(ingress, {{"ingressClassName", plain(name)}})
        .overturned("If a controller gives it an address, it serves that class without the object.",
                    get_command(ingress))
        .advise("Correct the class, or install its controller.", "kubectl get ingressclass");
}

void backend(Look& look, const Object& ingress, const Json& service) {
    const std::string_view name = text(service, "name");
    if (name.empty()) return;
    const Object* found = look.cluster.find("Service", ingress.space, name);
    if (found == nullptr) {
        if (look.cluster.absence("Service", ingress.space) == Absence::Unknown) return;
        look.add(ingress, "missing_service", Level::Config, kFault)
            .says(fmt::format("Ingress {} leads to service {}/{}, which does not exist.",
                              path_of(ingress), plain(ingress.space), plain(name)))
            .concerns("service " + std::string(name))
            .cite(ingress, {{"backend", fmt::format("{}/{}", plain(ingress.space), plain(name))}})
            .overturned(
                "If the service exists now, the controller picks it up by itself.",
                fmt::format("kubectl get service {}{}", shell_word(name), space_flag(ingress)))
            .advise("Create the service, or correct the backend's name.", get_command(ingress));
        return;
    }
    const Json& port = at(service, "port");
    const std::int64_t number = count(port, "number");
    const std::string_view port_name = text(port, "name");
    const Json& ports = list(found->spec(), "ports");
    if (ports.empty() || (number == 0 && port_name.empty())) return;
    std::string offered;
    for (const Json& entry : ports) {
        if (number != 0 ? count(entry, "port") == number : text(entry, "name") == port_name) return;
        offered +=
            fmt::format("{}{}{}", offered.empty() ? "" : ", ", count(entry, "port"),
                        text(entry, "name").empty() ? "" : " (" + plain(text(entry, "name")) + ")");
    }
    const std::string wanted = number != 0 ? std::to_string(number) : plain(port_name);
    look.add(ingress, "service_port_mismatch", Level::Config, kFault)
        .says(fmt::format("Ingress {} leads to port {} of service {}, which only has {}.",
                          path_of(ingress), wanted, path_of(*found), offered))
        .concerns("port " + wanted)
        .cite(ingress, {{"backend", plain(name)}, {"port", wanted}})
        .cite(*found, {{"ports", offered}})
        .overturned("If requests to that host are answered, another rule serves them.",
                    get_command(*found))
        .advise("Name a port that the service has.", get_command(ingress));
}

void tls(Look& look, const Object& ingress) {
    for (const Json& entry : list(ingress.spec(), "tls")) {
        const std::string_view name = text(entry, "secretName");
        if (name.empty() || look.cluster.find("Secret", ingress.space, name) != nullptr) continue;
        if (look.cluster.absence("Secret", ingress.space) != Absence::Certain) continue;
        look.add(ingress, "missing_secret", Level::Config, kFault)
            .says(fmt::format(
                "Ingress {} takes its certificate from secret {}/{}, which does not exist.",
                path_of(ingress), plain(ingress.space), plain(name)))
            .concerns("secret " + std::string(name))
            .cite(ingress,
                  {{"tls secret", fmt::format("{}/{}", plain(ingress.space), plain(name))}})
            .overturned(
                "If clients get the right certificate, it comes from elsewhere.",
                fmt::format("kubectl get secret {}{}", shell_word(name), space_flag(ingress)))
            .advise("Create the secret, or look at whoever should issue the certificate.",
                    "kubectl get certificates" + space_flag(ingress));
    }
}

}  // namespace

void ingresses(Look& look) {
    for (const Object* ingress : look.cluster.all("Ingress")) {
        ingress_class(look, *ingress);
        backend(look, *ingress, at(ingress->spec(), "defaultBackend", "service"));
        std::set<std::string> seen;
        for (const Json& rule : list(ingress->spec(), "rules"))
            for (const Json& path : list(rule, "http", "paths")) {
                const Json& service = at(path, "backend", "service");
                if (seen.insert(base::dump_json(service)).second) backend(look, *ingress, service);
            }
        tls(look, *ingress);
    }
}

}  // namespace insight::analysis::kubernetes
