#include "collectors/kubernetes/custom_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectors/kubernetes/kinds.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

constexpr std::string_view kWriteAs =
    "write plural.group as `kubectl api-resources -o name` has it";

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

// RFC 1123, as the API server demands it of a definition's names.
bool is_domain(std::string_view text) {
    if (text.size() > 253) return false;
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

// "v1", "v1beta2"
bool is_version(std::string_view text) {
    if (!text.starts_with('v')) return false;
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    const std::string_view rest = text.substr(end);
    return end > 1 && (rest.empty() || rest.starts_with("alpha") || rest.starts_with("beta"));
}

bool is_in_table(const CustomKind& kind) {
    const auto table = kinds();
    return std::any_of(table.begin(), table.end(), [&](const Kind& row) {
        return row.resource == kind.resource && row.group == kind.group;
    });
}

// What a list of these kinds would carry is credentials themselves. Kinds that only refer to
// Secrets and say whether they could be had are worth reading.
bool holds_credentials(const CustomKind& kind) {
    static constexpr std::array<std::string_view, 4> kPlurals{"tokens", "passwords", "kubeconfigs",
                                                              "privatekeys"};
    static constexpr std::array<std::string_view, 2> kGroups{"oauth.openshift.io",
                                                             "dex.coreos.com"};
    static constexpr std::array<std::string_view, 2> kReferring{"external-secrets.io",
                                                                "secrets.hashicorp.com"};
    if (kind.resource.ends_with("secrets"))
        return std::find(kReferring.begin(), kReferring.end(), kind.group) == kReferring.end();
    return std::find(kGroups.begin(), kGroups.end(), kind.group) != kGroups.end() ||
           std::any_of(kPlurals.begin(), kPlurals.end(),
                       [&](std::string_view end) { return kind.resource.ends_with(end); });
}

// ", or did you mean rollouts.argoproj.io?": of what the table has.
std::string meant(std::string_view name) {
    const bool whole = name.find('.') != std::string_view::npos;
    std::vector<std::string> candidates;
    std::vector<std::string> full;
    for (const Kind& row : kinds()) {
        full.push_back(CustomKind{std::string(row.resource), std::string(row.group)}.name());
        candidates.push_back(whole ? full.back() : std::string(row.resource));
    }
    const std::string near = base::nearest(name.substr(0, 253), candidates);
    if (near.empty()) return "";
    const auto place = std::find(candidates.begin(), candidates.end(), near) - candidates.begin();
    return fmt::format("; did you mean {}?", full[static_cast<std::size_t>(place)]);
}

// What is wrong with a name, and what to write; empty: nothing.
std::string fault_of(std::string_view name, const CustomKind& kind) {
    if (name.find('/') != std::string_view::npos)
        return "names a subresource; only whole objects are read, name the part before the slash";
    if (name.find('*') != std::string_view::npos)
        return "stands for many; name each kind, so that its right can be given";
    const std::string lower = base::lower(name);
    if (lower != name)
        return fmt::format("has capital letters, a plural never has; {}{}", kWriteAs, meant(lower));
    if (kind.resource == "secrets") return "is never read: there is no call for Secrets";
    if (kind.group.empty()) return fmt::format("has no group; {}{}", kWriteAs, meant(name));
    const std::size_t dot = kind.group.find('.');
    if (is_version(kind.group.substr(0, dot)) && dot != std::string::npos)
        return fmt::format("has a version, which the server says itself; write {}.{}",
                           kind.resource, kind.group.substr(dot + 1));
    if (!is_label(kind.resource) || !is_domain(kind.group))
        return fmt::format("is no plural.group; {}{}", kWriteAs, meant(name));
    if (dot == std::string::npos)
        return fmt::format("is of a group of Kubernetes itself, of which it knows its own{}",
                           meant(name));
    if (holds_credentials(kind)) return "is never read: its objects hold credentials";
    return {};
}

tl::unexpected<base::Error> wrong(std::string_view field, const std::string& name,
                                  const std::string& why) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("{}: '{}' {}", field,
                                  base::shorten(base::clean_utf8(base::one_line(name)), 80), why));
}

}  // namespace

base::Result<std::vector<CustomKind>> custom_kinds(const std::vector<std::string>& names) {
    std::vector<CustomKind> out;
    for (const std::string& name : names) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        CustomKind kind{name.substr(0, dot), name.substr(std::min(dot + 1, name.size()))};
        if (!is_in_table(kind))
            if (const std::string fault = fault_of(name, kind); !fault.empty())
                return wrong("customKinds", name, fault);
        if (std::find(out.begin(), out.end(), kind) == out.end()) out.push_back(std::move(kind));
    }
    if (out.size() > kMostCustomKinds)
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("customKinds has {} kinds, and {} are the most that a window "
                                      "has time for; name those whose state tells of failures",
                                      out.size(), kMostCustomKinds));
    return out;
}

base::Status known_kinds(const std::vector<std::string>& names) {
    const auto table = kinds();
    for (const std::string& name : names) {
        if (std::any_of(table.begin(), table.end(),
                        [&](const Kind& row) { return is_named(row, name); }))
            continue;
        if (std::count(name.begin(), name.end(), '.') > 1 && custom_kinds({name}))
            return wrong("kinds", name,
                         "is none that it knows of itself: name it in customKinds" + meant(name));
        return wrong("kinds", name,
                     "is no resource it reads; docs/sources.md has them" + meant(name));
    }
    return {};
}

}  // namespace insight::collectors::kubernetes
