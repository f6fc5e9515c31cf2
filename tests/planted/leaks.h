// Which planted secrets stand in bytes that leave the process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::planted {

// Names of the secrets found plain, percent-encoded, JSON-escaped (each also several times over),
// in Base64 at any offset, or in hexadecimal digits; sorted, each once. Long secrets count as found
// when sixteen bytes from anywhere in them stand there. Written apart from what hides them.
std::vector<std::string> leaks(std::string_view outbound);

}  // namespace insight::planted
