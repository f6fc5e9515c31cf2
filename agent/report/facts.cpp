#include "agent/report/facts.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace insight::report {
namespace {

using base::Json;

// The code point of a valid sequence at `at`, and its length.
std::pair<char32_t, std::size_t> decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    // No check of the bytes behind it: clean_utf8() has left valid sequences only.
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    char32_t code = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3fU);
    return {code, length};
}

bool misleads(char32_t c) {
    return (c >= 0x80 && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

// E12 → 12; ids of another form come last.
unsigned long number_of(const std::string& id) {
    unsigned long number = 0;
    const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), number);
    return error == std::errc{} && end == id.data() + id.size() ? number : ~0UL;
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
}

bool is_series(const Json* evidence) {
    if (evidence == nullptr) return false;
    const Json& content = base::object_at(*evidence, "content");
    return base::text_at(content, "kind") == "series" && !base::array_at(content, "points").empty();
}

}  // namespace

std::string visible(std::string_view text) {
    const std::string clean = base::clean_utf8(text);
    std::string out;
    out.reserve(clean.size());
    for (std::size_t at = 0; at < clean.size();) {
        const auto [code, length] = decode(clean, at);
        if (!misleads(code)) out.append(clean, at, length);
        at += length;
    }
    return out;
}

std::string line_at(const Json& object, std::string_view key, std::size_t limit) {
    return base::shorten(base::one_line(visible(base::text_at(object, key))), limit);
}

std::string block_at(const Json& object, std::string_view key, std::size_t limit) {
    return base::shorten(visible(base::text_at(object, key)), limit);
}

std::string scalar_line(const Json& value, std::size_t limit) {
    if (value.is_null()) return {};
    const std::string text =
        value.is_string() ? value.get_ref<const std::string&>() : base::dump_json(value);
    return base::shorten(base::one_line(visible(text)), limit);
}

std::optional<base::Nanos> time_at(const Json& object, std::string_view key) {
    if (!object.is_object()) return std::nullopt;
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    base::Nanos time = 0;
    if (found->is_number_integer()) time = found->get<base::Nanos>();
    if (found->is_string())
        time = base::parse_rfc3339(found->get_ref<const std::string&>()).value_or(0);
    return time > 0 ? std::optional(time) : std::nullopt;
}

std::string date_and_clock(base::Nanos time) {
    const std::string text = base::format_rfc3339(time / base::kSecond * base::kSecond);
    return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 8));
}

std::string clock_at(const Json& object, std::string_view key) {
    const auto time = time_at(object, key);
    return time ? base::format_clock(*time) : std::string();
}

std::vector<std::string> cited(const Json& object) {
    std::vector<std::string> ids;
    for (const Json& id : base::array_at(object, "evidence"))
        if (id.is_string() && is_id(id.get_ref<const std::string&>())) ids.push_back(id);
    return ids;
}

std::vector<std::pair<std::string, const Json*>> evidence_in_order(const Json& report) {
    std::vector<std::pair<std::string, const Json*>> out;
    const Json& all = base::object_at(report, "evidence");
    for (auto it = all.begin(); it != all.end(); ++it)
        if (is_id(it.key()) && it->is_object()) out.emplace_back(it.key(), &*it);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return number_of(a.first) < number_of(b.first);
    });
    return out;
}

const Json* find_evidence(const Json& report, const std::string& id) {
    const Json& all = base::object_at(report, "evidence");
    const auto found = all.find(id);
    return found != all.end() && found->is_object() ? &*found : nullptr;
}

std::string key_series(const Json& report) {
    // Causes and clues come most important first.
    for (const char* list : {"causes", "clues"})
        for (const Json& item : base::array_at(report, list))
            for (const std::string& id : cited(item))
                if (is_series(find_evidence(report, id))) return id;
    for (const auto& [id, evidence] : evidence_in_order(report))
        if (is_series(evidence)) return id;
    return {};
}

std::string words(std::string_view snake) {
    return base::spaced(base::shorten(base::one_line(visible(snake)), 200));
}

std::string entity_name(const Json& holder) {
    const Json& entity = base::object_at(holder, "entity");
    if (entity.empty()) return line_at(holder, "entity", 300);
    return base::one_line(line_at(entity, "kind", 100) + " " + line_at(entity, "name", 300));
}

std::string percent(double probability) {
    return fmt::format("{:.0f} %", std::clamp(probability, 0.0, 1.0) * 100);
}

std::string verdict_words(std::string_view verdict) {
    if (verdict == "cause") return "Cause found";
    if (verdict == "several") return "Several causes";
    if (verdict == "nothing_wrong") return "Nothing is wrong";
    if (verdict == "not_enough_evidence") return "Not enough evidence";
    return words(verdict);
}

std::string impact_words(const Json& report) {
    const Json& impact = base::object_at(report, "impact");
    std::string severity = line_at(impact, "severity", 40);
    const std::string urgency = line_at(impact, "urgency", 40);
    if (severity.empty() || severity == "none") return {};
    if (urgency.empty() || urgency == "none") return severity;
    return fmt::format("{}, act {}", severity, urgency);
}

std::string incident_title(const Json& incident) {
    for (const char* key : {"title", "question", "id"})
        if (std::string title = line_at(incident, key, 300); !title.empty()) return title;
    return "Incident report";
}

std::string alert_state(const Json& incident) {
    const Json& alert = base::object_at(incident, "alert");
    if (const std::string resolved = clock_at(incident, "resolvedAt"); !resolved.empty())
        return "resolved " + resolved;
    if (alert.empty()) return line_at(incident, "origin", 40);
    const std::string since = clock_at(alert, "startsAt");
    if (line_at(alert, "status", 40) == "resolved") {
        const std::string end = clock_at(alert, "endsAt");
        return end.empty() ? "resolved" : "resolved " + end;
    }
    return since.empty() ? "firing" : "firing since " + since;
}

std::string similar_line(const Json& similar) {
    const auto opened = time_at(similar, "openedAt");
    const std::string what = words(base::text_at(similar, "class"));
    const std::string who = entity_name(similar);
    return fmt::format("{}, {} alike: {}{} ({}, {})", opened ? date_and_clock(*opened) : "earlier",
                       percent(base::number_at(similar, "similarity")), what,
                       who.empty() ? "" : " at " + who, line_at(similar, "title", 200),
                       line_at(similar, "incident", 100));
}

std::string shared_line(const Json& similar) {
    std::string out;
    for (const Json& item : base::array_at(similar, "shared"))
        out += (out.empty() ? "both: " : ", ") + scalar_line(item, 200);
    return out;
}

std::string outcome_words(std::string_view outcome) {
    return outcome.empty() ? "unknown" : words(outcome);
}

}  // namespace insight::report
