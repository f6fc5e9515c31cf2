#include "agent/reasoning/planted_orders.h"

#include <fmt/format.h>

#include "agent/reasoning/bounded.h"
#include "analysis/injection/places.h"

namespace insight::agent::reasoning {
namespace {

namespace injection = analysis::injection;

constexpr std::size_t kMostPlanted = 20;

// Each excerpt is told once. True: there is an order in these places.
bool tell(const std::vector<injection::Place>& places, const std::string& evidence,
          model::Reasoning& reasoning) {
    for (const injection::Place& place : places) {
        const injection::PlantedOrder& order = place.order;
        const bool known = std::any_of(
            reasoning.planted.begin(), reasoning.planted.end(),
            [&](const model::PlantedOrder& other) { return other.excerpt == order.quote; });
        if (!known && reasoning.planted.size() < kMostPlanted)
            reasoning.planted.push_back({cell(place.where, 160),
                                         fmt::format("{}", fmt::join(order.families, ",")),
                                         order.quote, evidence});
    }
    return !places.empty();
}

}  // namespace

bool tell_orders(const model::Evidence& evidence, model::Reasoning& reasoning) {
    return tell(injection::orders_in(evidence), evidence.id, reasoning);
}

void tell_orders(const model::Report& report, model::Reasoning& reasoning) {
    tell(injection::orders_in(report.incident), "", reasoning);
    for (const model::Evidence& evidence : report.evidence) tell_orders(evidence, reasoning);
}

}  // namespace insight::agent::reasoning
