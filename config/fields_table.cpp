#include "config/fields_table.h"

#include <fmt/format.h>

namespace insight::config {
namespace {

std::string shown_default(const Field& field) {
    if (field.required) return "required";
    if (field.fallback.empty() || field.type == FieldType::TextMap) return "–";
    return fmt::format("`{}`", field.fallback);
}

}  // namespace

std::string fields_table(std::span<const Field> fields) {
    std::string out = "| field | default | meaning |\n|---|---|---|\n";
    for (const Field& field : fields)
        out += fmt::format("| `{}` | {} | {}{} |\n", field.key, shown_default(field), field.help,
                           field.type == FieldType::Secret ? "; a reference, never the value" : "");
    return out;
}

std::string blocks_page(std::span<const Block* const> blocks) {
    std::string out =
        "# Blocks of the configuration\n\n"
        "Written by `devops-insight config blocks` from the declarations themselves; not by hand. "
        "What is common\nto all of the file is in [configuration.md](configuration.md), collectors "
        "are in [sources.md](sources.md).\n";
    for (const Block* block : blocks) {
        out += fmt::format("\n## `{}`\n\n{}\n", block->name, block->purpose);
        if (!block->fields.empty()) out += "\n" + fields_table(block->fields);
        for (const BlockList& list : block->lists)
            out += fmt::format("\n### `{}.{}`: a list of named items\n\n{}\n\n{}", block->name,
                               list.key, list.purpose, fields_table(list.fields));
    }
    return out;
}

}  // namespace insight::config
