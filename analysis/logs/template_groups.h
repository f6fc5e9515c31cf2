// Streaming, second half: shapes that differ in a value only become one template. A pure function
// of the shapes, whatever their order. Threads: safe.
#pragma once

#include "analysis/logs/template_miner.h"

namespace insight::analysis::logs {

struct Template {
    std::string text;  // "<*>" stands for a value
    std::uint64_t lines = 0;
};

struct Templates {
    std::vector<Template> all;            // most lines first, then by text
    std::vector<std::uint32_t> of_shape;  // index into `all`, one for every shape
};

// How it is decided: two shapes are joined when they have the same delimiters and differ in
// places whose content looks like a value: identifiers (dots, slashes, inner capitals), what
// follows "=", quoted text; plain words only when many different ones stand in the same place of
// an otherwise equal sentence. Words in capitals are states ("GET", "ACTIVE") and keep templates
// apart.
Templates group_shapes(const std::vector<Shape>& shapes);

}  // namespace insight::analysis::logs
