#include "core/kubernetes/exec_plugin.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/kubernetes/plugin_process.h"

namespace insight::kubernetes {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;

// What the plug-in may know of the cluster when the kubeconfig wants it to.
Json cluster_of(const Access& access) {
    // `config` is the cluster's own extension for the plug-in, which is not supported.
    Json cluster{{"server", access.server}, {"config", nullptr}};
    if (!access.tls.server_name.empty()) cluster["tls-server-name"] = access.tls.server_name;
    if (!access.tls.verify) cluster["insecure-skip-tls-verify"] = true;
    std::string authority = access.tls.ca_pem;
    if (authority.empty() && !access.tls.ca_file.empty()) {
        std::stringstream text;
        text << std::ifstream(access.tls.ca_file).rdbuf();
        authority = text.str();
    }
    if (!authority.empty()) cluster["certificate-authority-data"] = base::base64(authority);
    return cluster;
}

}  // namespace

base::Result<PluginCredential> read_credential(std::string_view output,
                                               std::string_view api_version) {
    const auto corrupt = [](std::string_view what) {
        return fail(ErrorKind::Corrupt,
                    fmt::format("the exec plug-in did not print an ExecCredential: {}", what));
    };
    auto value = base::parse_json(output, "the plug-in's output", {1U << 20, 16});
    if (!value) return corrupt("it is not JSON");
    if (base::text_at(*value, "kind") != "ExecCredential") return corrupt("its kind is another");
    // It must be the version it was asked in: v1 and v1beta1 differ in what their fields mean.
    if (base::text_at(*value, "apiVersion") != api_version)
        return corrupt(fmt::format("its apiVersion is not {}", api_version));
    const Json& status = base::object_at(*value, "status");
    PluginCredential out;
    out.token = base::Secret(base::text_at(status, "token"));
    out.certificate_pem = base::text_at(status, "clientCertificateData");
    out.key_pem = base::Secret(base::text_at(status, "clientKeyData"));
    if (out.token.empty() && out.certificate_pem.empty())
        return corrupt("it has neither token nor client certificate");
    if (out.certificate_pem.empty() != out.key_pem.empty())
        return corrupt("certificate and key must come together");
    if (const std::string when = base::text_at(status, "expirationTimestamp"); !when.empty()) {
        const auto expires = base::parse_rfc3339(when);
        if (!expires) return corrupt("its expirationTimestamp is not a time");
        out.expires = *expires;
    }
    return out;
}

base::Result<PluginCredential> ask_plugin(const Access& access, base::Deadline deadline) {
    const ExecPlugin& plugin = *access.exec;
    // Nobody sits at a terminal here, so a plug-in must not ask for a password.
    Json info{{"kind", "ExecCredential"},
              {"apiVersion", plugin.api_version},
              {"spec", {{"interactive", false}}}};
    if (plugin.wants_cluster) info["spec"]["cluster"] = cluster_of(access);
    Command command{plugin.command, plugin.arguments, plugin.environment};
    command.environment.emplace_back("KUBERNETES_EXEC_INFO", base::dump_json(info));
    auto finished = run(command, deadline);
    if (!finished) {
        if (finished.error().kind == ErrorKind::NotFound && !plugin.install_hint.empty())
            finished.error().cause = base::shorten(base::one_line(plugin.install_hint), 300);
        return fail(std::move(finished.error()));
    }
    if (finished->exit_code != 0)
        return fail(ErrorKind::Denied,
                    fmt::format("the exec plug-in '{}' failed with exit code {}: run it by hand as "
                                "this user",
                                plugin.command, finished->exit_code),
                    base::shorten(
                        base::redact(base::one_line(base::clean_utf8(finished->complaint))), 300));
    return read_credential(finished->output, plugin.api_version);
}

}  // namespace insight::kubernetes
