#include "core/kubernetes/kubeconfig_entry.h"

#include <fmt/format.h>

#include <fstream>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace insight::kubernetes {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using config::Tree;

// Far above any kubeconfig: what is larger is another file.
constexpr std::size_t kMostBytes = 8U << 20;

// Paths in a kubeconfig begin at the folder of the file they stand in, not at ours.
std::string resolved(const KubeconfigFile& file, const std::string& path) {
    return path.empty() ? path : (file.folder / path).lexically_normal().string();
}

}  // namespace

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

base::Status read_pem(const KubeconfigEntry& from, const std::string& key, std::string& text,
                      std::string& file) {
    // Given both ways the data counts, as for kubectl.
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

namespace {

base::Status read_exec(const KubeconfigEntry& user, const Tree& exec, Access& access) {
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

// Keys of as-user-extra become parts of header names: what is no token there is percent-encoded, as
// client-go does.
std::string header_part(std::string_view key) {
    std::string out;
    for (const char c : key) {
        const bool token = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("!#$&'*+-.^_`|~").find(c) != std::string_view::npos;
        out += token ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

base::Status read_impersonation(const KubeconfigEntry& user, Access& access) {
    const std::string as = text_of(user.body, "as");
    const std::string uid = text_of(user.body, "as-uid");
    const std::vector<std::string> groups = texts_of(user.body, "as-groups");
    const Tree* extra = user.body->find("as-user-extra");
    if (as.empty()) {
        // Left out silently, we would come as somebody with more rights than was meant.
        if (uid.empty() && groups.empty() && (extra == nullptr || extra->entries.empty()))
            return {};
        return fail(ErrorKind::Invalid,
                    fmt::format("{}: as-uid, as-groups and as-user-extra need `as`, the user to "
                                "impersonate",
                                user.file->name));
    }
    access.impersonation.emplace_back("Impersonate-User", as);
    if (!uid.empty()) access.impersonation.emplace_back("Impersonate-Uid", uid);
    for (const std::string& group : groups)
        access.impersonation.emplace_back("Impersonate-Group", group);
    if (extra != nullptr)
        for (const config::Entry& entry : extra->entries)
            for (const std::string& value : texts_of(extra, entry.key))
                access.impersonation.emplace_back("Impersonate-Extra-" + header_part(entry.key),
                                                  value);
    return {};
}

}  // namespace

base::Status read_user(const KubeconfigEntry& user, Access& access) {
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
    if (auto read = read_impersonation(user, access); !read) return read;
    if (const Tree* exec = user.body->find("exec"); exec != nullptr && !exec->entries.empty())
        return read_exec(user, *exec, access);
    return {};
}

}  // namespace insight::kubernetes
