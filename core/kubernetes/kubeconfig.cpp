#include "core/kubernetes/kubeconfig.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/text.h"
#include "core/kubernetes/kubeconfig_entry.h"

namespace insight::kubernetes {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using config::Tree;

// Cloud tools collect hundreds of clusters with their certificates in one file.
constexpr config::TreeLimits kLimits{8U << 20, 32, 200'000};
// The first of a name wins over all files, as with kubectl.
KubeconfigEntry find_named(const std::vector<KubeconfigFile>& files, std::string_view list,
                           std::string_view body, const std::string& name) {
    for (const KubeconfigFile& file : files)
        if (const Tree* entries = file.tree.find(list))
            for (const Tree& entry : entries->items)
                if (text_of(&entry, "name") == name)
                    if (const Tree* found = entry.find(body)) return {found, &file};
    return {};
}

bool has_entry(const std::vector<KubeconfigFile>& files, std::string_view list,
               const std::string& name) {
    for (const KubeconfigFile& file : files)
        if (const Tree* entries = file.tree.find(list))
            for (const Tree& entry : entries->items)
                if (text_of(&entry, "name") == name) return true;
    return false;
}

// For messages: what could have been meant.
std::string names_in(const std::vector<KubeconfigFile>& files, std::string_view list) {
    std::string out;
    std::set<std::string> seen;
    for (const KubeconfigFile& file : files)
        if (const Tree* entries = file.tree.find(list))
            for (const Tree& entry : entries->items)
                if (std::string name = text_of(&entry, "name");
                    seen.size() < 20 && seen.insert(name).second)
                    out += (out.empty() ? "" : ", ") + base::shorten(base::one_line(name), 80);
    return out.empty() ? "none" : out;
}

base::Status read_cluster(const KubeconfigEntry& cluster, Access& access) {
    const auto wrong = [&](std::string_view what) {
        return fail(ErrorKind::Invalid, fmt::format("{}: {}", cluster.file->name, what));
    };
    access.server = text_of(cluster.body, "server");
    while (access.server.ends_with('/')) access.server.pop_back();
    if (!access.server.starts_with("https://") && !access.server.starts_with("http://"))
        return wrong("the cluster's `server` must begin with https:// or http://");
    // Ignored, the request would take a way that somebody chose not to take.
    if (!text_of(cluster.body, "proxy-url").empty())
        return wrong("`proxy-url` is not supported: reach the API server directly");
    access.tls.server_name = text_of(cluster.body, "tls-server-name");
    access.tls.verify = !flag_of(cluster.body, "insecure-skip-tls-verify");
    return read_pem(cluster, "certificate-authority", access.tls.ca_pem, access.tls.ca_file);
}

base::Result<Access> from_files(const std::vector<KubeconfigFile>& files,
                                const std::string& wanted) {
    std::string paths;
    for (const KubeconfigFile& file : files) paths += (paths.empty() ? "" : ":") + file.name;
    std::string name = wanted;
    for (auto it = files.begin(); name.empty() && it != files.end(); ++it)
        name = text_of(&it->tree, "current-context");
    if (name.empty())
        return fail(ErrorKind::Invalid, fmt::format("{} has no current-context: configure "
                                                    "`context`; there are {}",
                                                    paths, names_in(files, "contexts")));
    const KubeconfigEntry context = find_named(files, "contexts", "context", name);
    if (context.body == nullptr)
        return fail(ErrorKind::NotFound,
                    fmt::format("{} has no context '{}'; there are {}", paths,
                                base::shorten(name, 80), names_in(files, "contexts")));
    Access access;
    access.origin = fmt::format("{}, context {}", paths, base::shorten(name, 120));
    access.context = name;
    access.space = text_of(context.body, "namespace");
    const std::string cluster_name = text_of(context.body, "cluster");
    const KubeconfigEntry cluster = find_named(files, "clusters", "cluster", cluster_name);
    if (cluster.body == nullptr)
        return fail(ErrorKind::NotFound,
                    fmt::format("{}: context '{}' names the cluster '{}', which is not there",
                                paths, base::shorten(name, 80), base::shorten(cluster_name, 80)));
    if (auto read = read_cluster(cluster, access); !read) return fail(read.error());
    const std::string user_name = text_of(context.body, "user");
    const KubeconfigEntry user = find_named(files, "users", "user", user_name);
    // One who is there without a body has nothing to prove; kubectl goes on anonymously, too.
    if (user.body == nullptr && !user_name.empty() && !has_entry(files, "users", user_name))
        return fail(ErrorKind::NotFound,
                    fmt::format("{}: context '{}' names the user '{}', who is not there", paths,
                                base::shorten(name, 80), base::shorten(user_name, 80)));
    if (user.body != nullptr)
        if (auto read = read_user(user, access); !read) return fail(read.error());
    return access;
}

// The token is only named here: it is renewed within the hour and read again by Credentials.
base::Result<Access> in_cluster(const Wanted& wanted, std::string host) {
    Access access;
    access.origin = "the pod's service account";
    // an IPv6 address
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    access.server = fmt::format("https://{}:{}", host,
                                wanted.environment("KUBERNETES_SERVICE_PORT").value_or("443"));
    access.token_file = wanted.service_account + "/token";
    access.tls.ca_file = wanted.service_account + "/ca.crt";
    std::error_code ignored;
    if (!fs::exists(access.token_file, ignored))
        return fail(ErrorKind::NotFound,
                    fmt::format("{} is not there: the pod needs a service account "
                                "(automountServiceAccountToken), or configure `kubeconfig`",
                                access.token_file));
    if (auto space = read_file(wanted.service_account + "/namespace"))
        access.space = base::one_line(*space);
    return access;
}

}  // namespace

base::Result<Access> find_access(const Wanted& wanted) {
    std::string paths = wanted.kubeconfig;
    bool asked = !paths.empty();
    if (!asked) {
        paths = wanted.environment("KUBECONFIG").value_or("");
        asked = !paths.empty();
    }
    if (!asked)
        if (const auto home = wanted.environment("HOME"); home && !home->empty())
            paths = *home + "/.kube/config";
    std::vector<KubeconfigFile> files;
    std::stringstream list(paths);
    for (std::string path; std::getline(list, path, ':');) {
        std::error_code ignored;
        // a list may name files that are not there (KUBECONFIG of tools that come and go)
        if (path.empty() || !fs::exists(path, ignored)) continue;
        auto text = read_file(path);
        if (!text) return fail(text.error());
        auto tree = config::read_tree(*text, path, kLimits);
        if (!tree) return fail(tree.error());
        files.push_back({path, fs::absolute(path, ignored).parent_path(), std::move(*tree)});
    }
    if (!files.empty()) return from_files(files, wanted.context);
    if (asked)
        return fail(ErrorKind::NotFound,
                    fmt::format("{} does not exist: correct `kubeconfig` or KUBECONFIG", paths));
    if (auto host = wanted.environment("KUBERNETES_SERVICE_HOST"); host && !host->empty())
        return in_cluster(wanted, *host);
    return fail(ErrorKind::NotFound,
                "no cluster is known: configure `kubeconfig`, set KUBECONFIG, or run inside of the "
                "cluster");
}

}  // namespace insight::kubernetes
