// Disks of Elasticsearch or OpenSearch nodes at a watermark. Above the flood stage every index with
// a shard on the node becomes read-only (documentation: disk-based shard allocation).
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "analysis/databases/words.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

using base::Json;

// Defaults: no new shards from 85 % on (low), shards are moved away from 90 % on (high), writes are
// blocked from 95 % on (flood_stage).
constexpr const char* kPrefix = "cluster.routing.allocation.disk.watermark.";
// Whole indices can still be deleted under it, so that room can be made.
constexpr const char* kFloodBlock = "read_only_allow_delete";
// Defaults of high.max_headroom and flood_stage.max_headroom (documentation: cluster-level shard
// allocation, disk-based).
constexpr double kHighHeadroom = 150.0 * (1 << 30);   // bytes
constexpr double kFloodHeadroom = 100.0 * (1 << 30);  // bytes

struct Watermark {
    double used = 0;      // share of the disk, 0 to 1
    std::string value;    // as the setting says it
    double headroom = 0;  // bytes; no more than these need be free. 0: no such bound

    // The share from which on the server acts on this node's disk.
    [[nodiscard]] double on(const Row& node) const {
        const double total = number(node, "disk_total_bytes");
        return bounds(node) ? 1 - headroom / total : used;
    }
    [[nodiscard]] bool bounds(const Row& node) const {
        return headroom > 0 && headroom < (1 - used) * number(node, "disk_total_bytes");
    }
};

// Elasticsearch from 8.5 on bounds the watermarks as long as nobody set one of them (documentation:
// max_headroom).
bool bounds_by_itself(const RowList& server, const RowList& settings) {
    if (server.empty() || text(*server.back(), "product") != "Elasticsearch") return false;
    for (const Row* row : settings)
        if (text(*row, "name").starts_with(kPrefix) && text(*row, "source") != "defaults")
            return false;
    int major = 0;
    int minor = 0;
    const std::string version = text(*server.back(), "version");
    const char* const end = version.data() + version.size();
    const auto read = std::from_chars(version.data(), end, major);
    if (read.ec == std::errc() && read.ptr != end) std::from_chars(read.ptr + 1, end, minor);
    return major > 8 || (major == 8 && minor >= 5);
}

// "95%" and "0.95" are shares; an amount of free space ("500mb") is left to the server.
std::optional<Watermark> watermark(const RowList& settings, const std::string& name,
                                   double headroom) {
    for (const Row* row : settings) {
        if (text(*row, "name") != kPrefix + name) continue;
        const std::string value = text(*row, "value");
        double number = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
        const std::string_view unit(read.ptr, value.data() + value.size());
        if (read.ec != std::errc() || (unit != "%" && !unit.empty())) return std::nullopt;
        return Watermark{unit == "%" ? number / 100 : number, value, headroom};
    }
    return std::nullopt;
}

// The node that is furthest beyond the watermark, or nearest to it.
const Row* fullest(const RowList& nodes, const std::optional<Watermark>& mark) {
    const auto beyond = [&](const Row& node) {
        return number(node, "disk_used_ratio") - (mark ? mark->on(node) : 0);
    };
    const Row* out = nullptr;
    for (const Row* row : nodes)
        if (row->row.contains("disk_used_ratio") && row->row["disk_used_ratio"].is_number() &&
            (out == nullptr || beyond(*row) > beyond(*out)))
            out = row;
    return out;
}

RowList flood_blocks(const RowList& blocks) {
    return where(blocks, "block", kFloodBlock);
}

// The first moment at which such a block was seen, when an earlier one without was seen, too.
// Else 0: a block carries no time of its own.
model::Nanos first_block(const Instance& instance) {
    const RowList blocks = flood_blocks(instance.all("blocks"));
    const RowList& nodes = instance.all("nodes");
    if (blocks.empty() || nodes.empty() || nodes.front()->time >= blocks.front()->time) return 0;
    return blocks.front()->time;
}

}  // namespace

void disk_watermark(Context& context) {
    const Instance& instance = context.instance;
    const RowList nodes = instance.standing("nodes", "server");
    const RowList settings = instance.standing("settings", "server");
    const RowList blocks = flood_blocks(instance.standing("blocks", "server"));
    const bool bounded = bounds_by_itself(instance.all("server"), settings);
    const auto high = watermark(settings, "high", bounded ? kHighHeadroom : 0);
    const auto flood = watermark(settings, "flood_stage", bounded ? kFloodHeadroom : 0);
    const Row* node = fullest(nodes, high);
    const bool over =
        node != nullptr && high && number(*node, "disk_used_ratio") >= high->on(*node);
    const bool flooded =
        node != nullptr && flood && number(*node, "disk_used_ratio") >= flood->on(*node);
    if (blocks.empty() && !over) return;
    // no room was there before, either, and nothing is refused: that is for a health scan
    const RowList of_node =
        node == nullptr ? RowList{} : where(instance.all("nodes"), "node", text(*node, "node"));
    if (blocks.empty() && as_usual(of_node, context.window, [&](const Row& row) {
            return number(row, "disk_used_ratio") >= high->on(row);
        }))
        return;

    std::vector<std::string> evidence;
    std::set<std::string> indices;
    for (const Row* row : blocks) indices.insert(text(*row, "index"));
    const model::Nanos onset = blocks.empty() ? 0 : first_block(instance);
    if (!blocks.empty()) {
        Json facts{{"indices", indices.size()}};
        if (onset != 0) facts["firstSeen"] = base::format_rfc3339(onset);
        evidence.push_back(context.evidence.add_rows("blocks of " + instance.name(), blocks,
                                                     {"index", "block"}, facts));
    }
    std::string disk;
    if (node != nullptr) {
        evidence.push_back(context.evidence.add_rows(
            "disks of " + instance.name(), of_node,
            {"node", "disk_used_ratio", "disk_available_bytes", "disk_total_bytes"}));
        disk = fmt::format("node {} has used {} of its disk", text(*node, "node"),
                           percent(number(*node, "disk_used_ratio")));
        const auto& mark = flooded ? flood : high;
        if ((flooded || over) && mark) {
            RowList marks;
            for (const Row* row : settings)
                if (text(*row, "name").starts_with(kPrefix)) marks.push_back(row);
            const std::string free = mark->bounds(*node) ? bytes(mark->headroom) + " free" : "";
            evidence.push_back(context.evidence.add_rows(
                "watermarks of " + instance.name(), marks, {"name", "value", "source"},
                free.empty() ? Json::object() : Json{{"headroom", free}}));
            disk += fmt::format(", above the {} watermark of {}", flooded ? "flood_stage" : "high",
                                free.empty() ? mark->value : free);
        }
    }

    Fault fault;
    const bool refused = !blocks.empty();
    fault.kind = refused ? "read_only" : "disk_pressure";
    fault.cause_class = "disk_full";
    if (refused) {
        fault.statement =
            fmt::format("{} refuses writes to index {}", instance.name(), *indices.begin());
        if (indices.size() > 1)
            fault.statement += fmt::format(" and others, {} in all", indices.size());
        fault.statement += fmt::format(" (block {})", kFloodBlock);
        if (onset != 0) fault.statement += ", first seen at " + base::format_clock(onset);
        if (!disk.empty()) fault.statement += "; " + disk;
        fault.statement += ".";
    } else {
        fault.statement =
            fmt::format("In {}, {}; its shards are moved away.", instance.name(), disk);
    }
    fault.brief = refused ? "Writes begin to be refused." : "A disk passes its high watermark.";
    fault.evidence = evidence;
    fault.aspect = refused ? Aspect::Errors : Aspect::Saturation;
    fault.harm = refused ? 1 : 0.3;
    fault.onset = onset;
    fault.overturned_by = {
        refused ? "If writes to an index without this block fail, too, it is not why."
                : "If the disk has room below its high watermark, it is not why.",
        command::elasticsearch(refused ? "/_all/_settings/index.blocks.*" : "/_cat/allocation?v")};
    fault.recommendations.push_back(
        {"Make room: delete old indices, add a node or a disk; the block goes by itself below the "
         "high watermark, in older versions by hand.",
         command::elasticsearch("/_cat/indices?v&s=store.size:desc"), false, evidence});
    if (refused)
        fault.recommendations.push_back(
            {"When there is room, lift the block where it stays.",
             "PUT /_all/_settings {\"index.blocks.read_only_allow_delete\": null}", true,
             evidence});
    add_fault(context, node != nullptr ? *node : *blocks.front(), std::move(fault));
}

}  // namespace insight::analysis::databases
