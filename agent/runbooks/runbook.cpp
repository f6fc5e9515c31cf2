#include "agent/runbooks/runbook.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "config/tree.h"
#include "core/base/text.h"

namespace insight::agent::runbooks {
namespace {

using base::ErrorKind;
using config::Tree;

constexpr std::size_t kMostRules = 32;
constexpr std::size_t kMostEntries = 64;
constexpr std::size_t kLongestWord = 200;

std::string one_line(std::string_view text, std::size_t bytes = kLongestWord) {
    return base::shorten(base::one_line(base::clean_utf8(text)), bytes);
}

// Where the front matter ends: the offset behind its closing line; 0: there is none.
std::size_t front_matter_end(std::string_view text, std::string_view& inside) {
    if (!text.starts_with("---\n") && !text.starts_with("---\r\n")) return 0;
    const std::size_t begin = text.find('\n') + 1;
    for (std::size_t line = begin; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        std::string_view words = text.substr(line, end - line);
        if (words.ends_with('\r')) words.remove_suffix(1);
        if (words == "---" || words == "...") {
            inside = text.substr(begin, line - begin);
            return std::min(end + 1, text.size());
        }
        line = end + 1;
    }
    return 0;
}

base::Result<std::vector<std::string>> words_at(const Tree& map, std::string_view key,
                                                std::string_view file) {
    std::vector<std::string> out;
    const Tree* value = map.find(key);
    if (value == nullptr || value->kind == Tree::Kind::Null) return out;
    if (value->kind == Tree::Kind::Scalar) return std::vector<std::string>{value->text};
    if (value->kind != Tree::Kind::List || value->items.size() > kMostEntries)
        return config::fail_at(file, value->line, fmt::format("{} must be a list of texts", key));
    for (const Tree& item : value->items) {
        if (item.kind != Tree::Kind::Scalar || item.text.size() > kLongestWord)
            return config::fail_at(file, item.line, fmt::format("{} must hold short texts", key));
        out.push_back(item.text);
    }
    return out;
}

base::Result<std::map<std::string, std::string>> alerts_of(const Tree& map, std::string_view file) {
    std::map<std::string, std::string> out;
    const Tree* alerts = map.find("alerts");
    if (alerts == nullptr || alerts->kind == Tree::Kind::Null) return out;
    if (alerts->kind != Tree::Kind::Map || alerts->entries.size() > kMostEntries)
        return config::fail_at(file, alerts->line,
                               "alerts must name labels, like {alertname: RedisEvictions}");
    for (const config::Entry& entry : alerts->entries) {
        // Tried here, so that a pattern that is wrong is said with its line, not skipped in an
        // incident.
        const re2::RE2 pattern(entry.value.text, re2::RE2::Quiet);
        if (entry.value.kind != Tree::Kind::Scalar || entry.value.text.size() > 1000 ||
            !pattern.ok())
            return config::fail_at(
                file, entry.line,
                fmt::format("the label {} needs a regular expression (RE2)", one_line(entry.key)));
        out[entry.key] = entry.value.text;
    }
    return out;
}

base::Result<Rule> rule_of(const Tree& map, std::string_view file) {
    if (map.kind != Tree::Kind::Map)
        return config::fail_at(file, map.line,
                               "a rule of match names alerts, causes, entities or services");
    for (const config::Entry& entry : map.entries)
        if (entry.key != "alerts" && entry.key != "causes" && entry.key != "entities" &&
            entry.key != "services")
            return config::fail_at(
                file, entry.line,
                fmt::format("match knows no {}: it has alerts, causes, entities and services",
                            one_line(entry.key)));
    Rule rule;
    auto alerts = alerts_of(map, file);
    if (!alerts) return base::fail(alerts.error());
    rule.alerts = std::move(*alerts);
    const std::pair<std::string_view, std::vector<std::string>*> lists[] = {
        {"causes", &rule.causes}, {"entities", &rule.entities}, {"services", &rule.services}};
    for (const auto& [key, list] : lists) {
        auto words = words_at(map, key, file);
        if (!words) return base::fail(words.error());
        *list = std::move(*words);
    }
    return rule;
}

base::Status take_rules(const Tree& match, std::string_view file, Runbook& out) {
    if (match.kind == Tree::Kind::List) {
        if (match.items.size() > kMostRules)
            return config::fail_at(file, match.line, "match has too many rules: at most 32");
        for (const Tree& item : match.items) {
            auto rule = rule_of(item, file);
            if (!rule) return base::fail(rule.error());
            out.rules.push_back(std::move(*rule));
        }
        return {};
    }
    auto rule = rule_of(match, file);
    if (!rule) return base::fail(rule.error());
    out.rules.push_back(std::move(*rule));
    return {};
}

std::string first_heading(std::string_view text) {
    for (std::size_t line = 0; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        const std::string_view words = text.substr(line, end - line);
        if (words.starts_with("# ")) return one_line(words.substr(2));
        line = end + 1;
    }
    return {};
}

}  // namespace

base::Result<Runbook> parse_runbook(std::string_view file, std::string_view text) {
    if (text.size() > kLargestRunbook)
        return base::fail(
            ErrorKind::TooLarge,
            fmt::format("{} is larger than 256 KiB: split the runbook", one_line(file)));
    Runbook out;
    out.file = one_line(file, 512);
    out.text = base::clean_utf8(text);
    std::string_view inside;
    const std::size_t body = front_matter_end(out.text, inside);
    if (body > 0) {
        // lines count from the file's first: the fence is one of them
        const auto tree = config::read_tree("\n" + std::string(inside), out.file,
                                            {.bytes = 64U << 10, .depth = 8, .nodes = 2'000});
        if (!tree) return base::fail(tree.error());
        if (const Tree* title = tree->find("title"); title != nullptr)
            out.title = one_line(title->text);
        if (const Tree* match = tree->find("match"); match != nullptr)
            if (auto taken = take_rules(*match, out.file, out); !taken)
                return base::fail(taken.error());
    }
    if (out.title.empty()) out.title = first_heading(std::string_view(out.text).substr(body));
    if (out.title.empty()) out.title = out.file;
    return out;
}

std::string_view body_of(const Runbook& runbook) {
    std::string_view inside;
    return std::string_view(runbook.text).substr(front_matter_end(runbook.text, inside));
}

base::Json to_json(const Runbook& runbook) {
    return {{"file", runbook.file}, {"title", runbook.title}, {"text", runbook.text}};
}

base::Result<Runbook> runbook_from_json(const base::Json& json) {
    return parse_runbook(base::text_at(json, "file"), base::text_at(json, "text"));
}

}  // namespace insight::agent::runbooks
