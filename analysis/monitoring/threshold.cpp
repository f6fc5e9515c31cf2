#include "analysis/monitoring/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace insight::analysis::monitoring {
namespace {

using base::Json;

constexpr double kApart = 1.5;

double two_digits(double value) {
    if (value == 0) return 0;
    const double scale = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 1);
    return std::round(value / scale) * scale;
}

bool is_name(const std::string& text) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == ':';
    });
}

// They change with a pod, a restart or a release: a rule that names one would never fire again.
bool is_fleeting(const std::string& label) {
    static constexpr std::array<std::string_view, 16> kFleeting{
        "instance", "pod",          "pod_name", "uid",    "id",      "ip",      "node",     "host",
        "server",   "container_id", "replica",  "pod_ip", "host_ip", "version", "image_id", "pid"};
    return std::find(kFleeting.begin(), kFleeting.end(), label) != kFleeting.end();
}

int from_hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string written(double value) {
    return fmt::format("{:.6g}", value);
}

std::optional<Threshold> threshold_of(const Json& content) {
    const Json& baseline = base::object_at(content, "baseline");
    if (baseline.empty()) return std::nullopt;
    const double onset = base::number_at(content, "onset");
    const double end = base::number_at(content, "end");
    std::vector<double> during;
    for (const Json& point : base::array_at(content, "points"))
        if (point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number() &&
            onset > 0 && point[0].get<double>() >= onset &&
            (end <= 0 || point[0].get<double>() <= end))
            during.push_back(point[1].get<double>());
    if (during.size() < 2) return std::nullopt;
    std::sort(during.begin(), during.end());
    Threshold out;
    out.seen = during[during.size() / 2];
    const double high = base::number_at(baseline, "high");
    const double low = base::number_at(baseline, "low");
    out.below = out.seen < low;
    out.normal = out.below ? low : high;
    if (!out.below && out.seen <= high) return std::nullopt;
    const double near = std::min(out.seen, out.normal);
    const double far = std::max(out.seen, out.normal);
    if (near < 0 || far < near * kApart) return std::nullopt;
    // The geometric middle is as many times above normal as below the incident.
    out.value = two_digits(near > 0 ? std::sqrt(near * far) : far / 2);
    return out.value > near && out.value < far ? std::optional(out) : std::nullopt;
}

bool is_rate(const Json& content) {
    return base::flag_at(content, "rate");
}

std::optional<std::string> selector_of(const Json& content) {
    const std::string name = base::text_at(content, "name");
    if (!is_name(name)) return std::nullopt;
    std::string matchers;
    for (const auto& [label, value] : base::object_at(content, "labels").items()) {
        // Names of metrics may hold colons, names of labels may not.
        if (is_fleeting(label) || !is_name(label) || label.find(':') != std::string::npos ||
            !value.is_string())
            continue;
        // JSON's escapes are those of a PromQL string.
        matchers += (matchers.empty() ? "" : ",") + label + "=" + base::dump_json(value);
    }
    return matchers.empty() ? name : name + "{" + matchers + "}";
}

std::string expression_of(const std::string& generator_url) {
    const std::size_t begin = generator_url.find("g0.expr=");
    if (begin == std::string::npos) return {};
    std::string out;
    for (std::size_t i = begin + 8; i < generator_url.size() && generator_url[i] != '&'; ++i) {
        const char c = generator_url[i];
        if (c == '%' && i + 2 < generator_url.size() && from_hex(generator_url[i + 1]) >= 0 &&
            from_hex(generator_url[i + 2]) >= 0) {
            out += static_cast<char>(from_hex(generator_url[i + 1]) * 16 +
                                     from_hex(generator_url[i + 2]));
            i += 2;
        } else {
            out += c == '+' ? ' ' : c;
        }
    }
    return out;
}

std::optional<std::string> heavy_quantity(const std::string& expression) {
    // The last comparison outside brackets and quotes ends the quantity.
    int depth = 0;
    char quote = '\0';
    std::size_t cut = std::string::npos;
    bool divides = false;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        if (quote != '\0') {
            if (c == '\\')
                ++i;
            else if (c == quote)
                quote = '\0';
            continue;
        }
        if (c == '"' || c == '\'' || c == '`') quote = c;
        if (c == '(' || c == '{' || c == '[') ++depth;
        if (c == ')' || c == '}' || c == ']') --depth;
        if (c == ':' && depth == 0) return std::nullopt;  // recorded already
        if (c == '/' && depth == 0) divides = true;
        if ((c == '<' || c == '>') && depth == 0) cut = i;
    }
    if (depth != 0 || quote != '\0' || cut == std::string::npos) return std::nullopt;
    // "and", "or" and "unless" make sets, not quantities.
    for (const char* word : {" and ", " or ", " unless ", " bool "})
        if (expression.find(word) != std::string::npos) return std::nullopt;
    std::string quantity = expression.substr(0, cut);
    while (quantity.ends_with(' ') || quantity.ends_with('=') || quantity.ends_with('!'))
        quantity.pop_back();
    const bool quantile = quantity.starts_with("histogram_quantile(");
    const bool ratio = divides && quantity.find("rate(") != std::string::npos;
    return quantile || ratio ? std::optional(quantity) : std::nullopt;
}

std::string prometheus_duration(base::Nanos length) {
    const std::int64_t seconds = length / base::kSecond;
    if (seconds % 3600 == 0 && seconds > 0) return fmt::format("{}h", seconds / 3600);
    if (seconds % 60 == 0 && seconds > 0) return fmt::format("{}m", seconds / 60);
    return fmt::format("{}s", std::max<std::int64_t>(seconds, 0));
}

}  // namespace insight::analysis::monitoring
