// Where a text may be cut: half an e-mail address, card number or password is none that a border
// would know, and says nearly as much as the whole.
#pragma once

#include <cstddef>
#include <string_view>

namespace insight::base::redaction {

// The last place at or before `at` that is within nothing a border may hide, and within no token.
// Looks at about 2 KiB around the place. Pure: the same text is cut the same way everywhere.
std::size_t uncut(std::string_view text, std::size_t at);

}  // namespace insight::base::redaction
