// Texts put together at random from what secrets are made of: keys, forms, values, encodings, and
// everything that is nearly one. The same seed gives the same text on every machine.
#pragma once

#include <cstdint>
#include <string>

namespace insight::base {

std::string odd_text(std::uint64_t seed);

}  // namespace insight::base
