#include "analysis/kubernetes/selector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace insight::analysis::kubernetes {
namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Cuts at commas outside of parentheses.
std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '(') ++depth;
        if (i < text.size() && text[i] == ')') --depth;
        if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
        parts.push_back(trim(text.substr(begin, i - begin)));
        begin = i + 1;
    }
    return parts;
}

}  // namespace

Selector Selector::of_map(const Json& labels) {
    Selector selector;
    if (!labels.is_object()) return selector;
    for (const auto& [key, value] : labels.items())
        selector.requirements_.push_back(
            {key, "In", {value.is_string() ? value.get<std::string>() : std::string()}});
    return selector;
}

Selector Selector::of(const Json& label_selector) {
    Selector selector = of_map(map(label_selector, "matchLabels"));
    for (const Json& entry : list(label_selector, "matchExpressions")) {
        Requirement requirement{
            std::string(text(entry, "key")), std::string(text(entry, "operator")), {}};
        for (const Json& value : list(entry, "values"))
            if (value.is_string()) requirement.values.push_back(value.get<std::string>());
        selector.requirements_.push_back(std::move(requirement));
    }
    return selector;
}

base::Result<Selector> Selector::parse(std::string_view expression) {
    Selector selector;
    if (trim(expression).empty()) return selector;
    for (const std::string_view part : parts_of(expression)) {
        Requirement requirement;
        const auto set = part.find('(');
        const auto equals = part.find('=');
        if (set != std::string_view::npos && part.ends_with(')')) {
            const std::string_view head = trim(part.substr(0, set));
            const bool negative = head.ends_with(" notin");
            if (!negative && !head.ends_with(" in"))
                return base::fail(base::ErrorKind::Invalid,
                                  fmt::format("\"{}\" is no label requirement", part));
            requirement.operation = negative ? "NotIn" : "In";
            requirement.key = trim(head.substr(0, head.size() - (negative ? 6 : 3)));
            for (const std::string_view value :
                 parts_of(part.substr(set + 1, part.size() - set - 2)))
                requirement.values.emplace_back(value);
        } else if (equals != std::string_view::npos) {
            const bool negative = equals > 0 && part[equals - 1] == '!';
            requirement.operation = negative ? "NotIn" : "In";
            requirement.key = trim(part.substr(0, equals - (negative ? 1 : 0)));
            std::string_view value = part.substr(equals + 1);
            // "==" means the same as "=".
            if (value.starts_with('=')) value.remove_prefix(1);
            requirement.values.emplace_back(trim(value));
        } else {
            const bool negative = part.starts_with('!');
            requirement.operation = negative ? "DoesNotExist" : "Exists";
            requirement.key = trim(negative ? part.substr(1) : part);
        }
        if (requirement.key.empty() || requirement.key.find(' ') != std::string::npos)
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("\"{}\" is no label requirement", part));
        selector.requirements_.push_back(std::move(requirement));
    }
    return selector;
}

bool Selector::matches(const Json& labels) const {
    return std::all_of(requirements_.begin(), requirements_.end(), [&](const Requirement& r) {
        const Json& value = at(labels, r.key);
        const bool present = value.is_string();
        if (r.operation == "Exists") return present;
        if (r.operation == "DoesNotExist") return !present;
        const bool listed =
            present && std::find(r.values.begin(), r.values.end(),
                                 value.get_ref<const std::string&>()) != r.values.end();
        if (r.operation == "In") return listed;
        // NotIn and != also select what lacks the label (documentation, "Labels and Selectors").
        return r.operation == "NotIn" && !listed;
    });
}

std::pair<std::string, std::string> Selector::anchor() const {
    for (const Requirement& r : requirements_)
        if (r.operation == "In" && r.values.size() == 1) return {r.key, r.values.front()};
    return {};
}

std::string Selector::words() const {
    std::string out;
    for (const Requirement& r : requirements_) {
        if (!out.empty()) out += ", ";
        if (r.operation == "In" && r.values.size() == 1)
            out += fmt::format("{}={}", r.key, r.values.front());
        else if (r.values.empty())
            out += fmt::format("{} {}", r.key, r.operation);
        else
            out += fmt::format("{} {} ({})", r.key, r.operation, fmt::join(r.values, ", "));
    }
    return plain(out);
}

base::Result<std::vector<Json>> objects_matching(const std::vector<Json>& resources,
                                                 std::string_view expression) {
    const auto selector = Selector::parse(expression);
    if (!selector) return tl::unexpected(selector.error());
    const auto wanted = [&](const Json& object) {
        return selector->matches(map(object, "metadata", "labels"));
    };
    std::vector<Json> out;
    for (const Json& object : resources) {
        // A List, as kubectl prints one, is searched inside.
        if (!at(object, "items").is_array()) {
            if (wanted(object)) out.push_back(object);
            continue;
        }
        Json kept = object;
        kept["items"] = Json::array();
        for (const Json& item : object["items"])
            if (wanted(item)) kept["items"].push_back(item);
        out.push_back(std::move(kept));
    }
    return out;
}

}  // namespace insight::analysis::kubernetes
