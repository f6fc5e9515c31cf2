// Our own keys, declared once: validation, schema and documentation follow from these tables.
#pragma once

#include "config/section.h"

namespace insight::config {

struct SectionKeys {
    std::string_view name;  // empty: the top level
    std::span<const Field> fields;
    std::span<const Limit> limits;
};

const SectionKeys& top_keys();
const SectionKeys& server_keys();
const SectionKeys& pipeline_keys();
const SectionKeys& schedule_keys();     // an item of scans.schedules
const SectionKeys& suppression_keys();  // an item of scans.suppressions

}  // namespace insight::config
