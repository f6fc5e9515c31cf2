#include "config/block_reader.h"

#include <fmt/format.h>

#include "config/section.h"

namespace insight::config {
namespace {

constexpr std::size_t kMostItems = 100;  // items of a list

// A block that is not there needs nothing, not even what is required of one.
base::Result<Instance> defaults_of(const Block& block, Reading& reading) {
    std::vector<Field> optional;
    std::copy_if(block.fields.begin(), block.fields.end(), std::back_inserter(optional),
                 [](const Field& field) { return !field.required; });
    Tree nothing;
    nothing.kind = Tree::Kind::Map;
    // What is written below a list's key is checked as items; the section would call it unknown.
    return read_section(nothing, std::string(block.name), optional, block.limits, false, reading);
}

// The block without its lists, and every list by its key.
Tree without_lists(const Tree& tree, const Block& block) {
    Tree out = tree;
    std::erase_if(out.entries, [&](const Entry& entry) {
        return std::any_of(block.lists.begin(), block.lists.end(),
                           [&](const BlockList& list) { return list.key == entry.key; });
    });
    return out;
}

}  // namespace

const std::vector<Instance>& BlockSettings::list(std::string_view key) const {
    static const std::vector<Instance> kNone;
    const auto found = lists.find(key);
    return found == lists.end() ? kNone : found->second;
}

base::Result<std::vector<Instance>> read_items(const Tree& parent, std::string_view parent_path,
                                               const BlockList& list, bool named,
                                               Reading& reading) {
    std::vector<Instance> out;
    const Tree* items = parent.find(list.key);
    if (items == nullptr || items->kind == Tree::Kind::Null) return out;
    const std::string path = join_path(parent_path, list.key);
    if (items->kind != Tree::Kind::List || items->items.size() > kMostItems)
        return fail_at(reading.origin, items->line,
                       fmt::format("'{}' must be a list of at most {} items", path, kMostItems));
    for (const Tree& item : items->items) {
        const std::string full = fmt::format("{}[{}]", path, out.size());
        auto section = read_section(item, full, list.fields, list.limits, named, reading);
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

base::Result<BlockSettings> read_block(const Tree& tree, const Block& block, Reading& reading) {
    BlockSettings out;
    const Tree* given = tree.find(block.name);
    if (given == nullptr || given->kind == Tree::Kind::Null) {
        auto own = defaults_of(block, reading);
        if (!own) return base::fail(own.error());
        out.own = std::move(*own);
        return out;
    }
    const std::string path(block.name);
    if (given->kind != Tree::Kind::Map)
        return fail_at(reading.origin, given->line, fmt::format("'{}' must be a map", path));
    auto own = read_section(without_lists(*given, block), path, block.fields, block.limits, false,
                            reading);
    if (!own) return base::fail(own.error());
    out.given = true;
    out.own = std::move(*own);
    for (const BlockList& list : block.lists) {
        auto items = read_items(*given, path, list, true, reading);
        if (!items) return base::fail(items.error());
        out.lists.emplace(std::string(list.key), std::move(*items));
    }
    return out;
}

}  // namespace insight::config
