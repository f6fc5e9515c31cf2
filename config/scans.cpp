#include "config/scans.h"

#include <fmt/format.h>

#include "config/keys.h"

namespace insight::config {
namespace {

constexpr std::size_t kMost = 100;

// The items of a list below `scans`; empty where there is none.
base::Result<std::vector<Instance>> items(const Tree& scans, const SectionKeys& keys, bool named,
                                          Reading& reading) {
    std::vector<Instance> out;
    const Tree* list = scans.find(keys.name);
    if (list == nullptr || list->kind == Tree::Kind::Null) return out;
    const std::string path = fmt::format("scans.{}", keys.name);
    if (list->kind != Tree::Kind::List || list->items.size() > kMost)
        return fail_at(reading.origin, list->line,
                       fmt::format("'{}' must be a list of at most {} items", path, kMost));
    for (const Tree& item : list->items) {
        const std::string full = fmt::format("{}[{}]", path, out.size());
        auto section = read_section(item, full, keys.fields, keys.limits, named, reading);
        if (!section) return base::fail(section.error());
        for (const Instance& other : out)
            if (named && other.name() == section->name())
                return fail_at(reading.origin, item.line,
                               fmt::format("'{}' has the name '{}', which another one has", full,
                                           other.name()));
        out.push_back(std::move(*section));
    }
    return out;
}

}  // namespace

base::Status read_scans(const Tree& tree, Config& config, Reading& reading) {
    const Tree* scans = tree.find("scans");
    if (scans == nullptr || scans->kind == Tree::Kind::Null) return {};
    if (scans->kind != Tree::Kind::Map)
        return fail_at(reading.origin, scans->line, "'scans' must be a map");
    for (const Entry& entry : scans->entries)
        if (entry.key != "schedules" && entry.key != "suppressions")
            return fail_at(reading.origin, entry.line,
                           unknown_key(entry.key, "scans", {"schedules", "suppressions"}));
    const auto schedules = items(*scans, schedule_keys(), true, reading);
    if (!schedules) return base::fail(schedules.error());
    for (const Instance& item : *schedules)
        config.schedules.push_back({item.name(), item.text("cron"), item.text("timeZone"),
                                    item.duration("window"), item.text("cluster"),
                                    item.text("namespace"), item.text("service")});
    const auto suppressions = items(*scans, suppression_keys(), false, reading);
    if (!suppressions) return base::fail(suppressions.error());
    for (const Instance& item : *suppressions) {
        base::Json one = base::Json::object();
        for (const Field& field : suppression_keys().fields)
            if (std::string text = item.text(field.key); !text.empty())
                one[std::string(field.key)] = std::move(text);
        config.suppressions.push_back(std::move(one));
    }
    return {};
}

}  // namespace insight::config
