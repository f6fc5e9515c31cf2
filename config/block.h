// A block of the file that belongs to one room: the room declares it, the configuration reads,
// checks and documents it.
//
// Like a collector's fields, the declaration is one constant in the room:
//
//     constexpr config::Block kBlock{.name = "tickets", .purpose = "…", .fields = kFields,
//                                    .lists = kLists};
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/field.h"

namespace insight::config {

// A key of the block that holds a list of named items: `channels: [{name: on-call, …}, …]`.
struct BlockList {
    std::string_view key;
    std::string_view purpose;
    std::span<const Field> fields{};
    std::span<const Limit> limits{};
};

struct Block {
    std::string_view name;  // the key at the top level of the file
    std::string_view purpose;
    std::span<const Field> fields{};
    std::span<const Limit> limits{};
    std::span<const BlockList> lists{};
};

// What the file says in a block. Defaults are filled in even where the file has no such block.
struct BlockSettings {
    bool given = false;  // the file has it
    Instance own;
    std::map<std::string, std::vector<Instance>, std::less<>> lists;

    [[nodiscard]] const std::vector<Instance>& list(std::string_view key) const;
};

}  // namespace insight::config
