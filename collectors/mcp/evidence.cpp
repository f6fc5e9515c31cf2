#include "collectors/mcp/evidence.h"

#include <fmt/format.h>

#include <array>

#include "collectors/kubernetes/log_line.h"
#include "core/base/redaction/entrance.h"
#include "core/base/text.h"

namespace insight::collectors::mcp {
namespace {

using base::Json;
using insight::mcp::Endpoint;
using insight::mcp::ToolResult;

constexpr std::size_t kMostText = 8U << 10;
constexpr std::size_t kMostRow = 32U << 10;
constexpr std::size_t kMostRows = 500;  // of one call
constexpr std::size_t kMostLine = 4U << 10;
constexpr int kMostDepth = 24;  // of a row: beyond it nobody reads, and evidence is cited whole

bool is_secret_key(const std::string& key) {
    std::string lower;
    for (const char c : key)
        if (c != '_' && c != '-')
            lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    constexpr std::array<std::string_view, 9> kEnds{"password",   "passwd",     "secret",
                                                    "token",      "apikey",     "pwd",
                                                    "privatekey", "credential", "passphrase"};
    return std::any_of(kEnds.begin(), kEnds.end(),
                       [&](std::string_view end) { return lower.ends_with(end); });
}

struct Maker {
    const Endpoint& endpoint;
    bool truncated = false;

    // Texts cut and without secrets, nothing deeper than anybody reads.
    void safe(Json& value, int depth = 0) {
        if (value.is_string()) {
            std::string text = value.get<std::string>();
            truncated = truncated || text.size() > kMostText;
            // Hidden before it is cut, and with room: a secret that the cut splits would not be
            // known.
            value = base::shorten(base::clean_utf8(endpoint.hide(text.substr(0, 2 * kMostText))),
                                  kMostText);
        } else if (value.is_structured() && depth > kMostDepth) {
            truncated = true;
            value = "…";
        } else if (value.is_object()) {
            for (auto& [key, item] : value.items())
                if (is_secret_key(key) && item.is_string())
                    item = base::veiled_value(item.get_ref<const std::string&>(), key);
                else
                    safe(item, depth + 1);
        } else if (value.is_array()) {
            for (auto& item : value) safe(item, depth + 1);
        }
    }

    Json row(Json value) {
        safe(value);
        if (!value.is_object()) value = Json{{"value", std::move(value)}};
        if (std::string text = base::dump_json(value); text.size() > kMostRow) {
            truncated = true;
            value = Json{{"text", base::shorten(text, kMostText)}};
        }
        return value;
    }
};

// Most tools wrap the list they give in an object ({"items": […]}): the list is what a person
// means.
bool is_table(const Json& value) {
    return value.is_array() && !value.empty() &&
           std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_object(); });
}

// View and row of everything in a structured answer.
std::vector<std::pair<std::string, Json>> rows_in(const std::string& view, Json value) {
    std::vector<std::pair<std::string, Json>> out;
    if (is_table(value)) {
        for (Json& one : value) out.emplace_back(view, std::move(one));
        return out;
    }
    const auto is_empty_list = [](const Json& one) { return one.is_array() && one.empty(); };
    if (is_empty_list(value)) return out;
    if (!value.is_object()) {
        out.emplace_back(view, std::move(value));
        return out;
    }
    // An empty list counts: with it the other one keeps its name in every window.
    const auto tables = std::count_if(value.begin(), value.end(), [&](const Json& one) {
        return is_table(one) || is_empty_list(one);
    });
    Json rest = Json::object();
    for (auto& [key, item] : value.items()) {
        if (!is_table(item)) {
            if (!is_empty_list(item)) rest[key] = std::move(item);
            continue;
        }
        for (Json& one : item)
            out.emplace_back(tables == 1 ? view : view + "." + key, std::move(one));
    }
    if (!rest.empty()) out.insert(out.begin(), {view, std::move(rest)});
    return out;
}

// The time a line begins with, or says as JSON.
std::optional<base::Nanos> time_of(std::string_view line) {
    if (line.starts_with('{')) {
        const auto parsed = base::parse_json(line, "a line", {.bytes = kMostLine, .depth = 16});
        if (!parsed) return std::nullopt;
        for (const char* key : {"time", "timestamp", "@timestamp", "ts", "t"}) {
            if (const auto text = base::text_at(*parsed, key); !text.empty())
                if (const auto time = base::parse_rfc3339(text)) return *time;
            double number = base::number_at(*parsed, key);
            // Seconds, milli-, micro- or nanoseconds, told by their size: 1e9 s is 2001, 1e12 ms
            // as well, and as seconds those would be thirty thousand years.
            for (int unit = 0; unit < 3 && number > 1e12; ++unit) number /= 1e3;
            if (number > 1e9) return base::from_seconds(number);
        }
        return std::nullopt;
    }
    // "2026-11-20 21:31:47,318 …" or RFC 3339, in brackets or not; without an offset it is taken as
    // UTC
    if (line.starts_with('[')) line.remove_prefix(1);
    if (line.size() < 19 || line[4] != '-') return std::nullopt;
    std::string word(line.substr(0, line.find_first_of(" ]\t", 11)));
    if (word[10] == ' ') word[10] = 'T';
    if (const std::size_t comma = word.find(','); comma != std::string::npos) word[comma] = '.';
    if (const auto time = base::parse_rfc3339(word)) return *time;
    if (const auto time = base::parse_rfc3339(word + "Z")) return *time;
    return std::nullopt;
}

void add_logs(std::string_view text, const Filled& filled, const Endpoint& endpoint,
              const model::Window& window, Budget& budget, Evidence& out) {
    std::optional<base::Nanos> time;
    std::size_t untimed = 0;
    std::size_t outside = 0;
    const base::Nanos from = window.baseline_start > 0 ? window.baseline_start : window.start;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, std::min(end, kMostLine));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        // a line without a time goes on with the one before
        if (const auto own = time_of(line)) time = own;
        if (!time) {
            ++untimed;
            continue;
        }
        if (*time < from || *time > window.end) {
            ++outside;
            continue;
        }
        if (budget.rows == 0 || budget.bytes < line.size()) {
            out.truncated = true;
            out.notes.emplace_back("more lines than one window takes: narrow the call");
            break;
        }
        --budget.rows;
        budget.bytes -= line.size();
        model::LogRecord record;
        kubernetes::read_line(endpoint.hide(base::clean_utf8(line)), record);
        record.time = *time;
        record.attributes["mcp.server"] = endpoint.name;
        record.attributes["mcp.tool"] = filled.call->tool;
        out.logs.push_back(std::move(record));
    }
    if (untimed > 0)
        out.notes.push_back(fmt::format("{} lines left out that say no time", untimed));
    if (outside > 0)
        out.notes.push_back(fmt::format("{} lines left out from before or after", outside));
}

}  // namespace

Evidence evidence_of(const Filled& filled, ToolResult result, const Endpoint& endpoint,
                     const RowMaker& make, base::Nanos now, const model::Window& window,
                     Budget& budget) {
    Evidence out;
    const std::string& view = filled.call->view;
    if (result.left_out > 0)
        out.notes.push_back(fmt::format("{} parts left out that are no text", result.left_out));
    // The entrance learns from the whole before anything is kept: a password may stand bare above
    // the line, or the field, that names it.
    for (const std::string& text : result.texts) (void)endpoint.hide(text);
    if (!result.structured.is_null()) (void)endpoint.hide(base::dump_json(result.structured));
    if (filled.call->shape == Shape::Logs) {
        for (const std::string& text : result.texts)
            add_logs(text, filled, endpoint, window, budget, out);
        return out;
    }
    std::vector<std::pair<std::string, Json>> rows;
    if (!result.structured.is_null()) {
        rows = rows_in(view, std::move(result.structured));
    } else {
        for (std::string& text : result.texts) {
            const std::size_t first = text.find_first_not_of(" \t\r\n");
            const bool json =
                first != std::string::npos && (text[first] == '{' || text[first] == '[');
            auto parsed = json
                              ? base::parse_json(text, "a result",
                                                 {.bytes = insight::mcp::kMostMessage, .depth = 64})
                              : base::fail(base::ErrorKind::Invalid, "");
            if (!parsed) {
                rows.emplace_back(view, Json{{"text", std::move(text)}});
                continue;
            }
            for (auto& row : rows_in(view, std::move(*parsed))) rows.push_back(std::move(row));
        }
    }
    Maker maker{endpoint};
    std::size_t left = kMostRows;
    for (auto& [name, value] : rows) {
        if (left == 0 || budget.rows == 0 || budget.bytes == 0) {
            out.truncated = true;
            out.notes.push_back(
                fmt::format("{} of {} rows: narrow the call", out.rows.size(), rows.size()));
            break;
        }
        Json row = maker.row(std::move(value));
        --left;
        --budget.rows;
        budget.bytes -= std::min(budget.bytes, base::dump_json(row).size());
        out.rows.push_back(
            make(base::shorten(base::clean_utf8(endpoint.hide(name)), 100), now, std::move(row)));
    }
    if (maker.truncated) {
        out.truncated = true;
        out.notes.push_back(fmt::format("texts cut at {} KiB", kMostText >> 10));
    }
    return out;
}

}  // namespace insight::collectors::mcp
