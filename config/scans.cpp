#include "config/scans.h"

#include <fmt/format.h>

#include "config/block_reader.h"
#include "config/keys.h"

namespace insight::config {
namespace {

BlockList list_of(const SectionKeys& keys) {
    return {.key = keys.name, .purpose = "", .fields = keys.fields, .limits = keys.limits};
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
    // Times and expressions are read by the room that keeps the schedules.
    const auto schedules = read_items(*scans, "scans", list_of(schedule_keys()), true, reading);
    if (!schedules) return base::fail(schedules.error());
    for (const Instance& item : *schedules)
        config.schedules.push_back({item.name(), item.text("cron"), item.text("timeZone"),
                                    item.duration("window"), item.text("cluster"),
                                    item.text("namespace"), item.text("service")});
    const auto suppressions =
        read_items(*scans, "scans", list_of(suppression_keys()), false, reading);
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
