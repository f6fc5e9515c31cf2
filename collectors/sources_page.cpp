#include "collectors/sources_page.h"

#include <fmt/format.h>

#include <charconv>

#include "collectors/coverage.h"
#include "config/fields_table.h"

namespace insight::collectors {
namespace {

base::Json default_value(const config::Field& field) {
    if (field.type == config::FieldType::Flag) return field.fallback == "true";
    std::int64_t count = 0;
    if (field.type == config::FieldType::Count) {
        std::from_chars(field.fallback.begin(), field.fallback.end(), count);
        return count;
    }
    return std::string(field.fallback);
}

std::string reads_table(const Descriptor& one) {
    std::string out =
        "| what is read | what it becomes | what it costs an incident, at most |\n|---|---|---|\n";
    for (const ReadItem& item : one.reads)
        out += fmt::format("| {} | {} | {} |\n", item.what, item.gives, item.cost);
    return out;
}

}  // namespace

config::Instance default_instance(const Descriptor& descriptor) {
    base::Json settings = base::Json::object();
    for (const config::Field& field : descriptor.fields)
        if (!field.fallback.empty() && field.type != config::FieldType::Secret)
            settings[std::string(field.key)] = default_value(field);
    // No secrets: the page shows rights, and must come out the same for everybody who writes it.
    return {"main", std::move(settings), {}};
}

std::string sources_page(std::span<const Descriptor* const> descriptors) {
    std::string out =
        "# Sources: what is read, with which rights, at what cost\n\n"
        "Written by `devops-insight config sources` from the collectors themselves; not by hand.\n"
        "Nothing is ever written to a source and no secret is read. Every instance has a `name`, "
        "one deadline\n"
        "for everything it reads (`pipeline.collectTimeout`), and a row of the report's coverage "
        "for every\n"
        "request. `devops-insight doctor` prints the rights for the instances that are configured, "
        "and what\n"
        "is missing. How the collected rows read: `collectors/README.md`. Below each source stands "
        "which "
        "real\n"
        "servers it was run against; what could only be imitated was written by documentation.\n\n"
        "| source | key below `collectors` | what for |\n|---|---|---|\n";
    for (const Descriptor* one : descriptors) {
        const std::string_view purpose = one->purpose;
        // "Redis: memory and eviction, …": the name in front is the link's text.
        const std::size_t colon = purpose.find(": ");
        out += fmt::format("| [{0}](#{1}) | `{1}` | {2} |\n", purpose.substr(0, colon), one->name,
                           colon == std::string_view::npos ? purpose : purpose.substr(colon + 2));
    }
    for (const Descriptor* one : descriptors) {
        out += fmt::format("\n## {}\n\n{}.\n\n{}", one->name, one->purpose,
                           config::fields_table(one->fields));
        if (!one->reads.empty()) out += "\n" + reads_table(*one);
        if (!one->proven.empty()) out += fmt::format("\nRun by tests against {}\n", one->proven);
        if (one->rights != nullptr) {
            std::string rights = one->rights(default_instance(*one));
            if (!rights.ends_with('\n')) rights += '\n';
            out += fmt::format("\nLeast rights, with every field at its default:\n\n```\n{}```\n",
                               rights);
        }
    }
    return out;
}

}  // namespace insight::collectors
