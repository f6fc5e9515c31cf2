#include "agent/reasoning/flow.h"

#include <algorithm>
#include <array>

namespace insight::agent::reasoning {
namespace {

constexpr std::array<std::string_view, 4> kSends{"send", "sends", "sending", "sent"};
constexpr std::array<std::string_view, 4> kReceives{"receive", "receives", "receiving", "received"};
constexpr std::array<std::string_view, 4> kWrites{"write", "writes", "writing", "wrote"};
constexpr std::array<std::string_view, 3> kReads{"read", "reads", "reading"};
constexpr std::array<std::string_view, 7> kBeing{"is", "are", "was", "were", "be", "been", "being"};

// "… to the network" behind it, in the same part of the sentence.
bool names_network(const std::vector<Token>& tokens, std::size_t index, std::string_view way) {
    for (std::size_t i = index + 1; i < tokens.size() && !tokens[i].apart; ++i)
        if (is_word(tokens, i, "network"))
            return is_word(tokens, i - 1, way) ||
                   (is_word(tokens, i - 1, "the") && is_word(tokens, i - 2, way));
    return false;
}

template <std::size_t N>
bool holds_any(const std::set<std::string>& stems, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return stems.contains(stem(word)); });
}

}  // namespace

void read_flows(std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool passive = i > 0 && is_any(kBeing, tokens[i - 1]) &&
                             (is_word(tokens, i, "sent") || is_word(tokens, i, "received"));
        if (passive) continue;
        if (is_any(kSends, tokens[i]) ||
            (is_any(kWrites, tokens[i]) && names_network(tokens, i, "to")))
            tokens[i].flow = Flow::Out;
        if (is_any(kReceives, tokens[i]) ||
            (is_any(kReads, tokens[i]) && names_network(tokens, i, "from")))
            tokens[i].flow = Flow::In;
    }
}

bool measures(const Record& record, Flow flow) {
    static constexpr std::array<std::string_view, 3> kNetwork{"network", "net", "nic"};
    static constexpr std::array<std::string_view, 5> kOut{"transmit", "tx", "sent", "egress",
                                                          "outgoing"};
    static constexpr std::array<std::string_view, 5> kIn{"receive", "rx", "received", "ingress",
                                                         "incoming"};
    static constexpr std::array<std::string_view, 6> kLost{"dropped", "drop",          "error",
                                                           "failed",  "retransmitted", "collision"};
    const bool out = holds_any(record.stems, kOut), in = holds_any(record.stems, kIn);
    return holds_any(record.measured, kNetwork) && !holds_any(record.measured, kLost) &&
           (flow == Flow::Out ? out && !in : in && !out);
}

}  // namespace insight::agent::reasoning
