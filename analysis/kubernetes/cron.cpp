#include "analysis/kubernetes/cron.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

namespace insight::analysis::kubernetes {
namespace {

struct Field {
    std::string_view name;
    int low, high;
    std::string_view words;  // three letters each, from `low` on
};

constexpr std::array<Field, 5> kFields{
    Field{"minute", 0, 59, ""}, Field{"hour", 0, 23, ""}, Field{"day of month", 1, 31, ""},
    Field{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    Field{"day of week", 0, 6, "sunmontuewedthufrisat"}};  // 7 is no Sunday here

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i)
        if (i == text.size() || text[i] == separator) {
            out.push_back(text.substr(begin, i - begin));
            begin = i + 1;
        }
    return out;
}

std::optional<int> number(std::string_view text, const Field& field) {
    if (text.size() == 3 && !field.words.empty()) {
        std::string lower(text);
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        for (std::size_t i = 0; i + 3 <= field.words.size(); i += 3)
            if (field.words.substr(i, 3) == lower) return field.low + static_cast<int>(i / 3);
    }
    if (text.empty() || text.size() > 4) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// "*", "*/5", "1-5", "1-5/2", "3", "mon"
bool accepts(std::string_view entry, const Field& field) {
    const std::vector<std::string_view> step = split(entry, '/');
    if (step.size() > 2) return false;
    // A step may be larger than its field, it only must not be 0.
    if (step.size() == 2) {
        const std::optional<int> every = number(step[1], Field{"", 0, 9999, ""});
        if (!every || *every == 0) return false;
    }
    if (step[0] == "*" || step[0] == "?") return true;
    const std::vector<std::string_view> range = split(step[0], '-');
    if (range.size() > 2) return false;
    int last = -1;
    for (const std::string_view end : range) {
        const std::optional<int> value = number(end, field);
        if (!value || *value < field.low || *value > field.high || *value < last) return false;
        last = *value;
    }
    return true;
}

}  // namespace

std::string schedule_fault(std::string_view schedule) {
    // The parser reads a time zone in front, although the API has spec.timeZone for it (1.27).
    if (schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=")) {
        const auto space = schedule.find(' ');
        schedule =
            space == std::string_view::npos ? std::string_view() : schedule.substr(space + 1);
    }
    static constexpr std::array<std::string_view, 7> kDescriptors{
        "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"};
    for (const std::string_view descriptor : kDescriptors)
        if (schedule == descriptor) return {};
    if (schedule.starts_with("@every ") && schedule.size() > 7 && schedule.size() < 40) return {};
    std::vector<std::string_view> fields;
    for (const std::string_view part : split(schedule, ' '))
        if (!part.empty()) fields.push_back(part);
    if (fields.size() != kFields.size())
        return fmt::format("it has {} field{} instead of 5", fields.size(),
                           fields.size() == 1 ? "" : "s");
    for (std::size_t i = 0; i < kFields.size(); ++i)
        for (const std::string_view entry : split(fields[i], ','))
            if (!accepts(entry, kFields[i]))
                return fmt::format("its {} cannot be read", kFields[i].name);
    return {};
}

}  // namespace insight::analysis::kubernetes
