#include "core/mcp/endpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "config/expand.h"
#include "config/value.h"
#include "core/base/redaction/entrance.h"
#include "core/base/redaction/known_word.h"
#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using base::Result;
using base::Secret;

constexpr std::array<std::string_view, 14> kKeys{
    "command", "args",   "env",  "cwd",      "type",   "url",
    "headers", "allow",  "deny", "disabled", "caFile", "certificateFile",
    "keyFile", "timeout"};
constexpr std::size_t kMostSecret = 64U << 10;

bool sounds_secret(std::string_view name) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    // parts of names; rather one too many, since a word that is hidden in vain costs a "[redacted]"
    constexpr std::array<std::string_view, 8> kWords{"KEY", "TOKEN", "SECRET", "PASS",
                                                     "PWD", "AUTH",  "CRED",   "COOKIE"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return upper.find(word) != std::string::npos;
    });
}

struct Reader {
    std::string path;
    Endpoint& into;

    [[nodiscard]] tl::unexpected<base::Error> wrong(std::string_view key,
                                                    std::string_view why) const {
        return fail(ErrorKind::Invalid, fmt::format("'{}.{}' {}", path, key, why));
    }

    // Short words would turn up in any text; they are no secrets.
    void conceal(const std::string& value) const {
        if (value.size() >= 6) into.concealed.push_back(value);
        // "Bearer abc": what is told may be the second half alone
        const std::size_t space = value.rfind(' ');
        if (space != std::string::npos && value.size() - space > 6)
            into.concealed.push_back(value.substr(space + 1));
    }

    // --token=abc, or abc behind --token
    void conceal_flag(const std::string& before, const std::string& word) const {
        const std::size_t equals = word.find('=');
        if (word.starts_with('-') && equals != std::string::npos &&
            sounds_secret(word.substr(0, equals)))
            conceal(word.substr(equals + 1));
        if (before.starts_with('-') && before.find('=') == std::string::npos &&
            sounds_secret(before) && !word.starts_with('-'))
            conceal(word);
    }

    // user:password@ of a URL anywhere in the text
    void conceal_password(std::string_view text) const {
        for (std::size_t at = text.find("://"); at != std::string_view::npos;
             at = text.find("://", at + 3)) {
            std::string_view rest = text.substr(at + 3);
            rest = rest.substr(0, rest.find_first_of("? "));
            const std::size_t slash = std::min(rest.find('/'), rest.size());
            const std::size_t colon = rest.find(':');
            // A password may hold a / of its own, which a port does not: behind a host the path
            // begins there.
            const bool port =
                colon < slash &&
                rest.substr(colon + 1, slash - colon - 1).find_first_not_of("0123456789") ==
                    std::string_view::npos;
            if (port || colon > slash || rest.substr(0, slash).find('@') != std::string_view::npos)
                rest = rest.substr(0, slash);
            // the last @, for a password may hold one itself
            const std::size_t end = rest.rfind('@');
            if (end != std::string_view::npos && colon < end)
                conceal(std::string(rest.substr(colon + 1, end - colon - 1)));
        }
    }

    [[nodiscard]] Result<std::string> text(const std::string& key, const Json& value) const {
        // as other clients of the same block take PORT: 8080
        if (value.is_number() || value.is_boolean()) return value.dump();
        if (!value.is_string()) return wrong(key, "must be text");
        auto out = config::expand(value.get_ref<const std::string&>());
        if (!out) return wrong(key, out.error().message);
        if (out->find('\0') != std::string::npos) return wrong(key, "has a zero byte");
        return out;
    }

    [[nodiscard]] Result<Secret> secret_file(const std::string& key,
                                             const std::string& file) const {
        struct stat status {};
        if (!file.starts_with('/')) return wrong(key, "needs an absolute path in {file: PATH}");
        if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
            static_cast<std::size_t>(status.st_size) > kMostSecret)
            return wrong(key, "names a file that is missing, no regular file or above 64 KiB");
        std::ifstream stream(file, std::ios::binary);
        std::string value(static_cast<std::size_t>(status.st_size), '\0');
        stream.read(value.data(), static_cast<std::streamsize>(value.size()));
        if (!stream) return wrong(key, "names a file that cannot be read");
        while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
        conceal(value);
        return Secret(std::move(value));
    }

    [[nodiscard]] Result<Secret> secret(const std::string& key, const Json& value) const {
        if (value.is_object() && value.size() == 1) {
            const std::string name = base::text_at(value, "env");
            if (!name.empty()) {
                auto found = config::environment(name);
                if (!found) return wrong(key, found.error().message);
                conceal(*found);
                return Secret(std::move(*found));
            }
            if (value.contains("file")) return secret_file(key, base::text_at(value, "file"));
        }
        auto out = text(key, value);
        if (!out) return fail(std::move(out.error()));
        if (sounds_secret(key)) conceal(*out);
        conceal_password(*out);
        return Secret(std::move(*out));
    }

    [[nodiscard]] base::Status one(const char* key, std::string& out) const {
        if (!into.settings.contains(key)) return {};
        auto value = text(key, into.settings[key]);
        if (!value) return fail(std::move(value.error()));
        out = std::move(*value);
        return {};
    }

    [[nodiscard]] base::Status list(const char* key, std::vector<std::string>& out) const {
        if (!into.settings.contains(key)) return {};
        const Json& items = into.settings[key];
        if (!items.is_array()) return wrong(key, "must be a list of texts");
        for (const Json& item : items) {
            auto value = text(fmt::format("{}[{}]", key, out.size()), item);
            if (!value) return fail(std::move(value.error()));
            conceal_password(*value);
            conceal_flag(out.empty() ? "" : out.back(), *value);
            out.push_back(std::move(*value));
        }
        return {};
    }

    [[nodiscard]] base::Status secrets(const char* key, std::map<std::string, Secret>& out) const {
        if (!into.settings.contains(key)) return {};
        const Json& items = into.settings[key];
        if (!items.is_object()) return wrong(key, "must be a map of texts");
        for (const auto& [name, item] : items.items()) {
            if (name.empty() || name.find('=') != std::string::npos)
                return wrong(key, "has a name that no variable or header can have");
            auto value = secret(fmt::format("{}.{}", key, name), item);
            if (!value) return fail(std::move(value.error()));
            out.insert_or_assign(name, std::move(*value));
        }
        return {};
    }

    // A list of names, or a map from names to the digests that were approved.
    [[nodiscard]] base::Status allowed() const {
        if (!into.settings.contains("allow")) return {};
        const Json& allow = into.settings["allow"];
        if (allow.is_array()) {
            std::vector<std::string> names;
            if (auto status = list("allow", names); !status) return status;
            for (auto& one : names) into.allow.emplace(std::move(one), "");
            return {};
        }
        if (!allow.is_object())
            return wrong("allow", "must be a list of tools, or a map to digests");
        for (const auto& [name, digest] : allow.items()) {
            if (!digest.is_string() || digest.get_ref<const std::string&>().size() < 12)
                return wrong("allow." + name, "must be the digest that doctor prints (12 or more)");
            into.allow.emplace(name, digest.get<std::string>());
        }
        return {};
    }

    // A key near to a known one is a typing error; others belong to the clients that the block was
    // written for, and are no reason to refuse it.
    [[nodiscard]] base::Status keys(std::span<const std::string_view> more) const {
        std::vector<std::string> known(kKeys.begin(), kKeys.end());
        known.insert(known.end(), more.begin(), more.end());
        for (const auto& [key, value] : into.settings.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            if (const std::string near = base::nearest(key.substr(0, 64), known); !near.empty())
                return fail(ErrorKind::Invalid, fmt::format("unknown key '{}' below '{}'; did you "
                                                            "mean '{}'?",
                                                            base::shorten(key, 64), path, near));
            into.ignored.push_back(base::shorten(base::clean_utf8(key), 64));
        }
        return {};
    }
};

base::Status check_kind(const Reader& reader, const Endpoint& endpoint) {
    const std::string type = base::text_at(endpoint.settings, "type");
    if (type == "sse")
        return reader.wrong("type",
                            "'sse' is the transport of 2024-11-05, which is not supported; "
                            "name the server's Streamable HTTP address as url");
    if (endpoint.command.empty() == endpoint.url.empty())
        return reader.wrong("command", endpoint.url.empty()
                                           ? "is missing; an entry has a command, or a url"
                                           : "and url exclude each other");
    if (endpoint.url.empty()) return {};
    if (const auto status = config::check_url(endpoint.url); !status)
        return reader.wrong("url", status.error().message);
    return {};
}

}  // namespace

std::string Endpoint::where() const {
    if (url.empty()) return base::clean_utf8(command);
    return url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
}

std::string Endpoint::hide(std::string_view text) const {
    std::string out(text);
    for (const std::string& one : concealed) out = base::without_secret(std::move(out), one);
    return base::veiled(out);
}

std::string Endpoint::shown(std::string_view text, std::size_t bytes) const {
    // Hidden before it is cut: half a secret is found by no pattern.
    const std::string head = base::one_line(base::clean_utf8(text.substr(0, bytes * 4)));
    return base::shorten(hide(head), bytes);
}

Result<Endpoint> read_endpoint(const std::string& name, const Json& entry,
                               std::span<const std::string_view> more) {
    Endpoint out{.name = name};
    if (!entry.is_object())
        return fail(ErrorKind::Invalid, fmt::format("'mcpServers.{}' must be a map", name));
    out.settings = entry;
    const Reader reader{"mcpServers." + name, out};
    for (const base::Status& status :
         {reader.keys(more), reader.one("command", out.command), reader.one("cwd", out.folder),
          reader.one("url", out.url), reader.one("caFile", out.tls.ca_file),
          reader.one("certificateFile", out.tls.certificate_file),
          reader.one("keyFile", out.tls.key_file), reader.list("args", out.arguments),
          reader.list("deny", out.deny), reader.secrets("env", out.environment),
          reader.secrets("headers", out.headers), reader.allowed(), check_kind(reader, out)})
        if (!status) return fail(status.error());
    // the longest first, so that a secret within another leaves no rest
    std::sort(out.concealed.begin(), out.concealed.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return out;
}

}  // namespace insight::mcp
