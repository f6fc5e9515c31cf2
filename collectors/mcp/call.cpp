#include "collectors/mcp/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using base::kSecond;

constexpr std::size_t kMostCalls = 32;
constexpr std::size_t kMostArguments = 64U << 10;
// Those with a dot are times and have forms.
constexpr std::array<std::string_view, 7> kNames{"window.start", "window.end", "baseline.start",
                                                 "baseline.end", "service",    "namespace",
                                                 "cluster"};

// "window.start:unix" between braces → its name and its form; nothing for braces that are not ours.
struct Placeholder {
    std::string_view name;
    std::string_view form;
};

std::optional<Placeholder> read_placeholder(std::string_view inside) {
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    // A typing error in one of ours is told; other braces may be the language of the tool.
    const bool ours = std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
                      name.starts_with("window.") || name.starts_with("baseline.");
    if (!ours) return std::nullopt;
    return Placeholder{name, colon == std::string_view::npos ? "" : inside.substr(colon + 1)};
}

// Calls `each` with every placeholder of the text and replaces it by what that gives.
template <typename Each>
std::string replace(const std::string& text, Each each) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const std::size_t begin = text.find('{', at);
        const std::size_t end = begin == std::string::npos ? begin : text.find('}', begin);
        if (end == std::string::npos) return out.append(text, at);
        const auto inside = std::string_view(text).substr(begin + 1, end - begin - 1);
        if (const auto placeholder = read_placeholder(inside)) {
            out.append(text, at, begin - at).append(each(*placeholder));
            at = end + 1;
        } else {
            out.append(text, at, begin + 1 - at);
            at = begin + 1;
        }
    }
}

// The first placeholder that does not exist.
std::string unknown_in(const Json& value) {
    std::string out;
    if (value.is_string())
        replace(value.get_ref<const std::string&>(), [&](const Placeholder& one) {
            const bool timed = one.name.find('.') != std::string_view::npos;
            const bool known =
                std::find(kNames.begin(), kNames.end(), one.name) != kNames.end() &&
                (one.form.empty() || (timed && (one.form == "unix" || one.form == "ms")));
            if (!known && out.empty())
                out = fmt::format("{{{}{}{}}}", one.name, one.form.empty() ? "" : ":", one.form);
            return std::string();
        });
    else if (value.is_structured())
        for (const auto& item : value)
            if (out.empty()) out = unknown_in(item);
    return out;
}

base::Result<Call> read_call(const std::string& path, const Json& item, base::Nanos timeout) {
    const auto wrong = [&](std::string_view key, std::string_view why) {
        return fail(ErrorKind::Invalid,
                    fmt::format("'{}{}{}' {}", path, key.empty() ? "" : ".", key, why));
    };
    if (!item.is_object()) return wrong("", "must be a map with at least 'tool'");
    static const std::vector<std::string> kKeys{"tool", "arguments", "view", "as", "timeout"};
    for (const auto& [key, unused] : item.items())
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            const std::string near = base::nearest(key.substr(0, 64), kKeys);
            return wrong(base::shorten(key, 64),
                         near.empty() ? "is not known; known are tool, arguments, view, as, timeout"
                                      : fmt::format("is not known; did you mean '{}'?", near));
        }
    Call out{.tool = base::text_at(item, "tool"),
             .view = base::text_at(item, "view"),
             .timeout = timeout};
    if (out.tool.empty()) return wrong("tool", "must name a tool of the server");
    if (out.view.empty()) out.view = out.tool;
    out.view = base::shorten(base::one_line(base::clean_utf8(out.view)), 64);
    const std::string as = base::text_at(item, "as", "rows");
    if (as != "rows" && as != "logs") return wrong("as", "must be rows or logs");
    if (as == "logs") out.shape = Shape::Logs;
    if (item.contains("arguments")) out.arguments = item["arguments"];
    if (!out.arguments.is_object()) return wrong("arguments", "must be a map");
    if (base::dump_json(out.arguments).size() > kMostArguments)
        return wrong("arguments", "are larger than 64 KiB");
    if (const std::string bad = unknown_in(out.arguments); !bad.empty())
        return wrong("arguments",
                     fmt::format("has the placeholder {}, which does not exist; there are {{{}}}, "
                                 "times also with :unix or :ms",
                                 bad, fmt::join(kNames, "}, {")));
    if (item.contains("timeout")) {
        const auto length = base::parse_duration(base::text_at(item, "timeout"));
        if (!length) return wrong("timeout", "must be a length of time like 10s");
        out.timeout = *length;
    }
    return out;
}

// What of outside text may enter an argument, which may be SQL or a command: nothing that ends a
// quotation.
bool harmless(std::string_view text) {
    // 253: the longest name of Kubernetes and of DNS
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    });
}

struct Filler {
    const model::Window& window;
    std::map<std::string_view, std::string> names;
    std::set<std::string_view> used{};
    std::string missing{};

    [[nodiscard]] base::Nanos time(std::string_view name) const {
        if (name == "window.start") return window.start;
        if (name == "window.end") return window.end;
        return name == "baseline.start" ? window.baseline_start : window.baseline_end;
    }

    std::string text(const Placeholder& one) {
        used.insert(*std::find(kNames.begin(), kNames.end(), one.name));
        if (const auto name = names.find(one.name); name != names.end()) {
            if (!harmless(name->second)) missing = one.name;
            return name->second;
        }
        const base::Nanos at = time(one.name);
        if (one.form == "unix") return std::to_string(at / kSecond);
        if (one.form == "ms") return std::to_string(at / 1'000'000);
        // Without a fraction, which some servers cannot read.
        return base::format_rfc3339(at / kSecond * kSecond);
    }

    void value(Json& value) {
        if (value.is_structured()) {
            for (auto& item : value) this->value(item);
        } else if (value.is_string()) {
            const std::string before = value.get<std::string>();
            bool number = false;
            std::string after = replace(before, [&](const Placeholder& one) {
                number = !one.form.empty();
                return text(one);
            });
            // a placeholder that is all of the text is a number
            const bool whole = before.starts_with('{') && before.find('}') == before.size() - 1;
            if (number && whole)
                value = static_cast<std::int64_t>(std::stoll(after));
            else
                value = std::move(after);
        }
    }

    // From the earliest beginning to the latest end that the arguments name; without a beginning
    // the call is about the present.
    [[nodiscard]] std::vector<model::Interval> intervals() const {
        const auto uses = [&](std::string_view name) { return used.contains(name); };
        const base::Nanos end =
            uses("window.end") || !uses("baseline.end") ? window.end : window.baseline_end;
        if (uses("baseline.start")) return {{window.baseline_start, end}};
        if (uses("window.start")) return {{window.start, end}};
        return {};
    }
};

std::string label_of(const Request& request, std::initializer_list<const char*> names) {
    for (const model::Alert& alert : request.incident.alerts)
        for (const char* name : names)
            if (const auto it = alert.labels.find(name); it != alert.labels.end())
                return it->second;
    return {};
}

}  // namespace

base::Result<std::vector<Call>> read_calls(const std::string& server, const Json& entry) {
    const std::string path = "mcpServers." + server;
    base::Nanos timeout = 10 * kSecond;
    if (entry.contains("timeout")) {
        const auto length = base::parse_duration(base::text_at(entry, "timeout"));
        if (!length)
            return fail(ErrorKind::Invalid,
                        fmt::format("'{}.timeout' must be a length of time like 10s", path));
        timeout = *length;
    }
    std::vector<Call> out;
    if (!entry.contains("calls")) return out;
    const Json& calls = entry["calls"];
    if (!calls.is_array() || calls.size() > kMostCalls)
        return fail(ErrorKind::Invalid,
                    fmt::format("'{}.calls' must be a list of at most {} calls, each with a tool",
                                path, kMostCalls));
    for (const Json& item : calls) {
        auto call = read_call(fmt::format("{}.calls[{}]", path, out.size()), item, timeout);
        if (!call) return fail(std::move(call.error()));
        out.push_back(std::move(*call));
    }
    return out;
}

std::vector<Filled> fill(const std::vector<Call>& calls, const Request& request,
                         const model::Scope& scope) {
    std::map<std::string_view, std::string> names{
        {"service", request.incident.service},
        {"namespace", scope.space.empty() ? request.incident.scope.space : scope.space},
        {"cluster", scope.cluster.empty() ? request.incident.scope.cluster : scope.cluster}};
    if (names["service"].empty())
        // in the order of how sure the label is to name a service
        names["service"] = label_of(request, {"service", "service_name", "app", "job"});
    if (names["namespace"].empty()) names["namespace"] = label_of(request, {"namespace"});
    if (names["cluster"].empty()) names["cluster"] = label_of(request, {"cluster"});
    std::vector<Filled> out;
    std::set<std::string> seen;
    for (const Call& call : calls) {
        Filler filler{request.window, names};
        Filled filled{&call, call.arguments, {}, {}};
        filler.value(filled.arguments);
        filled.intervals = filler.intervals();
        filled.missing = filler.missing;
        // Filled, two calls may be the same one; another view or shape is wanted for itself.
        const Json what{call.tool, filled.arguments, call.view, call.shape == Shape::Logs};
        if (seen.insert(base::dump_json(what)).second) out.push_back(std::move(filled));
    }
    return out;
}

std::string query_of(const Filled& filled) {
    return shown(
        fmt::format("tools/call {} {}", filled.call->tool, base::dump_json(filled.arguments)), 600);
}

}  // namespace insight::collectors::mcp
