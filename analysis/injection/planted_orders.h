// Orders planted in collected text: "ignore previous instructions", forged chat roles, requests to
// hide a cause, to run something or to give something away.
//
// Collected text is fenced and can order nothing anyway; this says where somebody tried, so that a
// person sees it and a prompt can say so. Whole families of phrases are known, weighed together
// over a short stretch, in seven languages, also when hidden by escapes, Base64, invisible or
// look-alike characters. Rules and weights: phrases.cpp. Pure; linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::analysis::injection {

struct PlantedOrder {
    std::vector<std::string> families;  // "override", "role", "verdict", …; sorted, each once
    double weight = 0;                  // 1 and more: an order
    std::string quote;                  // as it reads when nothing is hidden, at most 240 bytes
};

// In order of appearance, at most `most`. Text beyond 1 MiB is read in the first and last half.
std::vector<PlantedOrder> planted_orders(std::string_view text, std::size_t most = 16);

}  // namespace insight::analysis::injection
