// docs/sources.md, written from the descriptors. Pure.
#pragma once

#include <span>
#include <string>

#include "collectors/collector.h"

namespace insight::collectors {

// An instance with every field at its default.
config::Instance default_instance(const Descriptor& descriptor);

// The page for these sources, in Markdown.
std::string sources_page(std::span<const Descriptor* const> descriptors);

}  // namespace insight::collectors
