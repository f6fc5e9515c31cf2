// Reads the blocks of other rooms.
#pragma once

#include "config/block.h"
#include "config/secret_reference.h"
#include "config/tree.h"

namespace insight::config {

// `tree` is the whole file. Errors: Invalid, naming line and key.
base::Result<BlockSettings> read_block(const Tree& tree, const Block& block, Reading& reading);

// The items of a list, each with a name of its own where `named`; empty where there is none.
base::Result<std::vector<Instance>> read_items(const Tree& parent, std::string_view parent_path,
                                               const BlockList& list, bool named, Reading& reading);

}  // namespace insight::config
