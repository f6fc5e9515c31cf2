// Declared keys as documentation.
#pragma once

#include <string>

#include "config/block.h"

namespace insight::config {

// A Markdown table: key, default, meaning.
std::string fields_table(std::span<const Field> fields);

// docs/blocks.md: every block that a room has declared, with its lists.
std::string blocks_page(std::span<const Block* const> blocks);

}  // namespace insight::config
