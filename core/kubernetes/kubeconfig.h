// Where a cluster is and who we are there: kubeconfig files and the service account of a pod.
// Formats: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ and
// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/transport.h"

namespace insight::kubernetes {

// A command that prints an ExecCredential (client.authentication.k8s.io/v1 or v1beta1).
struct ExecPlugin {
    std::string api_version{};
    std::string command{};  // absolute, or a bare name to be looked up in PATH
    std::vector<std::string> arguments{};
    std::vector<std::pair<std::string, std::string>> environment{};  // besides our own
    std::string install_hint{};
    bool wants_cluster = false;  // provideClusterInfo
};

struct Access {
    std::string origin{};   // "/home/ann/.kube/config, context prod", "the pod's service account"
    std::string context{};  // empty in a cluster
    std::string server{};   // absolute URL without a trailing slash
    std::string space{};    // the context's default namespace; may be empty
    net::Tls tls{};
    base::Secret token{};
    std::string token_file{};  // read again and again; goes before `token`
    std::string user{};
    base::Secret password{};
    std::vector<net::Header> impersonation{};
    std::optional<ExecPlugin> exec{};
};

struct Wanted {
    std::string
        kubeconfig{};       // one path, or several separated by ':'; empty: as kubectl looks it up
    std::string context{};  // empty: the current one
    // the environment: KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST and _PORT
    std::function<std::optional<std::string>(const std::string&)> environment;
    std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// A path of `wanted`, else $KUBECONFIG, else ~/.kube/config, else the pod's service account. Of
// several files the first that defines a name wins; files that do not exist are skipped while one
// of them does. Errors: Invalid (with the file and key), NotFound (no file, no such context).
base::Result<Access> find_access(const Wanted& wanted);

}  // namespace insight::kubernetes
