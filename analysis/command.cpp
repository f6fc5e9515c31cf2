#include "analysis/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::analysis::command {
namespace {

constexpr std::size_t kLongest = 4000;  // bytes of one word: a whole index definition

// Characters that no terminal and no shell takes for anything but text.
std::string visible(std::string_view text) {
    return base::one_line(base::clean_utf8(text.substr(0, std::min(text.size(), kLongest))));
}

std::string quoted(std::string_view text, char mark, std::string_view escaped) {
    std::string out(1, mark);
    for (const char c : visible(text)) {
        if (c == mark)
            out += escaped;
        else
            out += c;
    }
    return out + mark;
}

}  // namespace

std::string word(std::string_view text) {
    std::string shown = visible(text);
    const auto bare = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view(".-_:/=,@%+").find(c) != std::string_view::npos;
    };
    // A leading dash would be an option; what looks like VARIABLE=… would be an assignment.
    if (!shown.empty() && shown.front() != '-' && std::all_of(shown.begin(), shown.end(), bare) &&
        shown.find('=') == std::string::npos)
        return shown;
    if (shown.find('\'') != std::string::npos &&
        shown.find_first_of("$`\\\"!") == std::string::npos)
        return "\"" + shown + "\"";
    return quoted(shown, '\'', "'\\''");
}

std::string sql_text(std::string_view text) {
    return quoted(text, '\'', "''");
}

std::string sql_name(std::string_view name) {
    return quoted(name, '"', "\"\"");
}

std::string cypher_text(std::string_view text) {
    std::string out = "'";
    for (const char c : visible(text)) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string cypher_name(std::string_view name) {
    return quoted(name, '`', "``");
}

std::string json_text(std::string_view text) {
    return base::dump_json(base::Json(visible(text)));
}

std::string url_segment(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, std::min<std::size_t>(text.size(), 512))) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

std::string psql(std::string_view statement) {
    return "psql -c " + word(statement);
}

std::string cypher(std::string_view statement, std::string_view database) {
    return fmt::format("cypher-shell {}{}", database.empty() ? "" : "-d " + word(database) + " ",
                       word(statement));
}

std::string elasticsearch(std::string_view path, std::string_view body) {
    std::string out = "curl -sS \"$ELASTICSEARCH_URL\"" + word(path);
    if (!body.empty()) out += " -H 'content-type: application/json' -d " + word(body);
    return out;
}

std::string promql(std::string_view expression, const model::Interval& range) {
    const model::Nanos length = std::max<model::Nanos>(range.end - range.start, base::kMinute);
    const auto step = std::max<std::int64_t>(1, length / base::kSecond / 240);
    return fmt::format("promtool query range --start={} --end={} --step={}s \"$PROMETHEUS_URL\" {}",
                       range.start / base::kSecond, range.end / base::kSecond, step,
                       word(expression));
}

std::string selector(std::string_view name, const model::Labels& labels) {
    const auto plain_name = [](std::string_view text) {
        return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
               std::all_of(text.begin(), text.end(), [](char c) {
                   return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
               });
    };
    std::string out(plain_name(name) ? name : std::string_view());
    std::string matchers;
    const auto add = [&](const std::string& key, std::string_view value) {
        matchers += (matchers.empty() ? "" : ",") + key + "=" + json_text(value);
    };
    // Names that are none for PromQL are labels of a reserved name.
    if (out.empty()) add("__name__", name);
    for (const auto& [key, value] : labels)
        if (plain_name(key) && key != "__name__") add(key, value);
    if (!matchers.empty()) out += "{" + matchers + "}";
    return out;
}

std::optional<std::string> of_histogram(
    const model::Signals& signals, const std::string& name, model::Labels labels,
    const std::function<std::string(const std::string&, const model::Labels&)>& select) {
    const auto collected = [&](const char* part) {
        return std::any_of(signals.metrics.begin(), signals.metrics.end(),
                           [&](const model::Series& series) { return series.name == name + part; });
    };
    // The server was asked for the quantile, and nobody for the buckets.
    const auto asked_for = [&](const std::string& buckets) {
        return std::any_of(signals.coverage.begin(), signals.coverage.end(),
                           [&](const model::CoverageRow& row) {
                               return row.query.starts_with("histogram_quantile(") &&
                                      row.query.find(buckets) != std::string::npos;
                           });
    };
    // A summary has quantiles of its own, but no buckets.
    if (const auto quantile = labels.find("quantile"); quantile != labels.end()) {
        const std::string share = quantile->second;
        if (share != "0.5" && share != "0.95") return std::nullopt;
        if (!collected("_bucket") && !asked_for(name + "_bucket")) return std::nullopt;
        labels.erase(quantile);
        return fmt::format("histogram_quantile({}, rate({}[5m]))", share,
                           select(name + "_bucket", labels));
    }
    const auto statistic = labels.find("statistic");
    if (statistic == labels.end() || statistic->second != "avg" || !collected("_sum") ||
        !collected("_count"))
        return std::nullopt;
    labels.erase(statistic);
    return fmt::format("rate({}[5m]) / rate({}[5m])", select(name + "_sum", labels),
                       select(name + "_count", labels));
}

}  // namespace insight::analysis::command
