// Credentials from a kubeconfig's exec plug-in: ExecCredential of client.authentication.k8s.io
// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
#pragma once

#include "core/kubernetes/kubeconfig.h"

namespace insight::kubernetes {

struct PluginCredential {
    base::Secret token;
    std::string certificate_pem;
    base::Secret key_pem;
    base::Nanos expires = 0;  // 0: not said
};

// Runs the plug-in once, for at most `deadline`. Errors: Denied (it failed; its own words as the
// cause), NotFound (not installed, with its hint), Timeout, Corrupt (not an ExecCredential).
base::Result<PluginCredential> ask_plugin(const Access& access, base::Deadline deadline);

// What it printed. Errors: Corrupt.
base::Result<PluginCredential> read_credential(std::string_view output,
                                               std::string_view api_version);

}  // namespace insight::kubernetes
