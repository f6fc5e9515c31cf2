#include "analysis/ranking/blind_spot.h"

#include <algorithm>

namespace insight::analysis::ranking {
namespace {

// Requests a second, of what the caller has: fewer cannot be what it suffers from.
constexpr double kFew = 0.01;
constexpr std::ptrdiff_t kOthers = 2;
constexpr std::size_t kMostCallees = 200;    // of one entity
constexpr std::size_t kMostEntities = 2000;  // with more, the calls are not gone through
// What an entity shows itself weighs as much as so many callees about which nothing is known …
constexpr double kOwnWeight = 4;
constexpr double kBeside = 0.5;  // … and its callers' other callees half as much as its own
// … and as so many kinds of signals that were not looked at.
constexpr double kOwnKinds = 2;

}  // namespace

Calls calls_of(const Topology& topology, const Detection& detection) {
    Calls calls;
    if (detection.served.size() > kMostEntities) return calls;
    for (const auto& [name, served] : detection.served)
        for (const auto& [callee, steps] : topology.needs_of(name, kMostCallees))
            if (steps == 1) calls[name].insert(callee);
    return calls;
}

BlindSpots blind_spots(const std::string& name, bool failures, const Calls& calls,
                       const Detection& detection) {
    BlindSpots out;
    if (detection.examined.contains("traces")) return out;
    const auto measured = [failures](const Served& one) {
        return failures ? one.failures : one.latency;
    };
    const auto others =
        std::count_if(detection.served.begin(), detection.served.end(),
                      [&](const auto& one) { return one.first != name && measured(one.second); });
    if (others < kOthers) return out;
    const auto add_unseen = [&](const std::string& caller, const std::set<std::string>& callees,
                                std::set<std::string>& into) {
        const double requests = detection.served.at(caller).requests.value_or(0);
        for (const std::string& callee : callees) {
            if (callee == name) continue;
            const auto it = detection.served.find(callee);
            const Served seen = it == detection.served.end() ? Served{} : it->second;
            const bool idle = seen.requests && *seen.requests <= kFew * requests;
            if (!measured(seen) && !idle) into.insert(callee);
        }
    };
    for (const auto& [caller, callees] : calls)
        if (caller == name)
            add_unseen(caller, callees, out.below);
        else if (callees.contains(name))
            add_unseen(caller, callees, out.beside);
    return out;
}

double sight_beside(const BlindSpots& blind) {
    const double unknown = static_cast<double>(blind.below.size()) +
                           kBeside * static_cast<double>(blind.beside.size());
    return kOwnWeight / (kOwnWeight + unknown);
}

double sight_with(std::size_t kinds) {
    return (kOwnKinds + static_cast<double>(kinds)) /
           (kOwnKinds + static_cast<double>(kKindsOfSignals));
}

}  // namespace insight::analysis::ranking
