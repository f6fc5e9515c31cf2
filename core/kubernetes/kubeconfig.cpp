#include "core/kubernetes/kubeconfig.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/tree.h"
#include "core/base/base64.h"
#include "core/base/text.h"

namespace insight::kubernetes {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using config::Tree;

// Cloud tools collect hundreds of clusters with their certificates in one file.
constexpr config::TreeLimits kLimits{8U << 20, 32, 200'000};
constexpr std::size_t kMostBytes = 8U << 20;

base::Result<std::string> read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(
            ErrorKind::NotFound,
            fmt::format("{} cannot be read: correct the path or its rights", path.string()));
    std::string text(kMostBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMostBytes)
        return fail(ErrorKind::TooLarge, fmt::format("{} has more than 8 MiB", path.string()));
    return text;
}

std::string text_of(const Tree* tree, std::string_view key) {
    const Tree* found = tree == nullptr ? nullptr : tree->find(key);
    return found != nullptr && found->kind == Tree::Kind::Scalar ? found->text : std::string();
}

bool flag_of(const Tree* tree, std::string_view key) {
    return text_of(tree, key) == "true";
}

std::vector<std::string> texts_of(const Tree* tree, std::string_view key) {
    std::vector<std::string> out;
    const Tree* found = tree == nullptr ? nullptr : tree->find(key);
    if (found != nullptr)
        for (const Tree& item : found->items)
            if (item.kind == Tree::Kind::Scalar) out.push_back(item.text);
    return out;
}

// One file, and the folder that its relative paths begin at.
struct File {
    std::string name;
    fs::path folder;
    Tree tree;
};

// An entry of `clusters`, `users` or `contexts` and the file it stands in.
struct Named {
    const Tree* body = nullptr;
    const File* file = nullptr;
};

// The first of a name wins over all files, as with kubectl.
Named find_named(const std::vector<File>& files, std::string_view list, std::string_view body,
                 const std::string& name) {
    for (const File& file : files)
        if (const Tree* entries = file.tree.find(list))
            for (const Tree& entry : entries->items)
                if (text_of(&entry, "name") == name)
                    if (const Tree* found = entry.find(body)) return {found, &file};
    return {};
}

// For messages: what could have been meant.
std::string names_in(const std::vector<File>& files, std::string_view list) {
    std::string out;
    std::set<std::string> seen;
    for (const File& file : files)
        if (const Tree* entries = file.tree.find(list))
            for (const Tree& entry : entries->items)
                if (std::string name = text_of(&entry, "name");
                    seen.size() < 20 && seen.insert(name).second)
                    out += (out.empty() ? "" : ", ") + base::shorten(base::one_line(name), 80);
    return out.empty() ? "none" : out;
}

// Paths in a kubeconfig begin at the folder of the file they stand in, not at ours.
std::string resolved(const File& file, const std::string& path) {
    return path.empty() ? path : (file.folder / path).lexically_normal().string();
}

// The text of `KEY-data`, else the file at `KEY`: data wins, as in client-go.
base::Status read_pem(const Named& from, const std::string& key, std::string& text,
                      std::string& file) {
    if (const std::string data = text_of(from.body, key + "-data"); !data.empty()) {
        auto bytes = base::from_base64(data);
        if (!bytes)
            return fail(ErrorKind::Invalid, fmt::format("{}: {}-data is not base64: copy it again",
                                                        from.file->name, key));
        text = std::move(*bytes);
        return {};
    }
    file = resolved(*from.file, text_of(from.body, key));
    return {};
}

base::Status read_cluster(const Named& cluster, Access& access) {
    const auto wrong = [&](std::string_view what) {
        return fail(ErrorKind::Invalid, fmt::format("{}: {}", cluster.file->name, what));
    };
    access.server = text_of(cluster.body, "server");
    while (access.server.ends_with('/')) access.server.pop_back();
    if (!access.server.starts_with("https://") && !access.server.starts_with("http://"))
        return wrong("the cluster's `server` must begin with https:// or http://");
    if (!text_of(cluster.body, "proxy-url").empty())
        return wrong("`proxy-url` is not supported: reach the API server directly");
    access.tls.server_name = text_of(cluster.body, "tls-server-name");
    access.tls.verify = !flag_of(cluster.body, "insecure-skip-tls-verify");
    return read_pem(cluster, "certificate-authority", access.tls.ca_pem, access.tls.ca_file);
}

base::Status read_exec(const Named& user, const Tree& exec, Access& access) {
    ExecPlugin plugin;
    const auto wrong = [&](std::string what) {
        return fail(ErrorKind::Invalid,
                    fmt::format("{}: exec plug-in: {}", user.file->name, std::move(what)));
    };
    plugin.api_version = text_of(&exec, "apiVersion");
    if (plugin.api_version != "client.authentication.k8s.io/v1" &&
        plugin.api_version != "client.authentication.k8s.io/v1beta1")
        return wrong(
            fmt::format("apiVersion '{}' is not client.authentication.k8s.io/v1 or "
                        "v1beta1: update the plug-in",
                        base::shorten(plugin.api_version, 80)));
    // A service has no terminal: a plug-in that asks would hang until the deadline, every time.
    if (text_of(&exec, "interactiveMode") == "Always")
        return wrong("interactiveMode is Always, and nobody is there to answer");
    plugin.command = text_of(&exec, "command");
    if (plugin.command.empty()) return wrong("`command` is missing");
    // a bare name is looked up in PATH, everything else begins at the file's folder
    if (plugin.command.find('/') != std::string::npos)
        plugin.command = resolved(*user.file, plugin.command);
    plugin.arguments = texts_of(&exec, "args");
    if (const Tree* list = exec.find("env"))
        for (const Tree& entry : list->items)
            plugin.environment.emplace_back(text_of(&entry, "name"), text_of(&entry, "value"));
    plugin.install_hint = text_of(&exec, "installHint");
    plugin.wants_cluster = flag_of(&exec, "provideClusterInfo");
    access.exec = std::move(plugin);
    return {};
}

base::Status read_user(const Named& user, Access& access) {
    if (user.body->find("auth-provider") != nullptr)
        return fail(ErrorKind::Invalid,
                    fmt::format("{}: auth-provider was removed with Kubernetes 1.26: use the exec "
                                "plug-in of your provider",
                                user.file->name));
    std::string key;
    if (auto read = read_pem(user, "client-certificate", access.tls.certificate_pem,
                             access.tls.certificate_file);
        !read)
        return read;
    if (auto read = read_pem(user, "client-key", key, access.tls.key_file); !read) return read;
    // core/net takes both as text or both as files
    if (access.tls.certificate_pem.empty() != key.empty()) {
        std::string& path = key.empty() ? access.tls.key_file : access.tls.certificate_file;
        auto other = read_file(path);
        if (!other) return fail(other.error());
        (key.empty() ? key : access.tls.certificate_pem) = std::move(*other);
        path.clear();
    }
    access.tls.key_pem = base::Secret(std::move(key));
    access.token = base::Secret(text_of(user.body, "token"));
    access.token_file = resolved(*user.file, text_of(user.body, "tokenFile"));
    access.user = text_of(user.body, "username");
    access.password = base::Secret(text_of(user.body, "password"));
    if (const std::string as = text_of(user.body, "as"); !as.empty()) {
        access.impersonation.emplace_back("Impersonate-User", as);
        if (const std::string uid = text_of(user.body, "as-uid"); !uid.empty())
            access.impersonation.emplace_back("Impersonate-Uid", uid);
        for (const std::string& group : texts_of(user.body, "as-groups"))
            access.impersonation.emplace_back("Impersonate-Group", group);
    }
    if (const Tree* exec = user.body->find("exec"); exec != nullptr && !exec->entries.empty())
        return read_exec(user, *exec, access);
    return {};
}

base::Result<Access> from_files(const std::vector<File>& files, const std::string& wanted) {
    std::string paths;
    for (const File& file : files) paths += (paths.empty() ? "" : ":") + file.name;
    std::string name = wanted;
    for (auto it = files.begin(); name.empty() && it != files.end(); ++it)
        name = text_of(&it->tree, "current-context");
    if (name.empty())
        return fail(ErrorKind::Invalid, fmt::format("{} has no current-context: configure "
                                                    "`context`; there are {}",
                                                    paths, names_in(files, "contexts")));
    const Named context = find_named(files, "contexts", "context", name);
    if (context.body == nullptr)
        return fail(ErrorKind::NotFound,
                    fmt::format("{} has no context '{}'; there are {}", paths,
                                base::shorten(name, 80), names_in(files, "contexts")));
    Access access;
    access.origin = fmt::format("{}, context {}", paths, base::shorten(name, 120));
    access.context = name;
    access.space = text_of(context.body, "namespace");
    const std::string cluster_name = text_of(context.body, "cluster");
    const Named cluster = find_named(files, "clusters", "cluster", cluster_name);
    if (cluster.body == nullptr)
        return fail(ErrorKind::NotFound,
                    fmt::format("{}: context '{}' names the cluster '{}', which is not there",
                                paths, base::shorten(name, 80), base::shorten(cluster_name, 80)));
    if (auto read = read_cluster(cluster, access); !read) return fail(read.error());
    const std::string user_name = text_of(context.body, "user");
    const Named user = find_named(files, "users", "user", user_name);
    if (user.body == nullptr && !user_name.empty() &&
        names_in(files, "users").find(user_name) == std::string::npos)
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
    std::vector<File> files;
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
