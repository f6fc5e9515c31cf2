#include "analysis/metrics/shared_way.h"

#include <algorithm>

namespace insight::analysis::metrics {
namespace {

constexpr double kMoved = 2;           // surprise: once in a hundred windows
constexpr double kTellingShare = 0.1;  // of the largest own excess: less is noise

using Names = std::set<std::string>;

// By callee, whoever was measured and calls it directly.
std::map<std::string, Names> measured_callers(const Looks& looks, const Topology& topology) {
    Names serving;
    for (const Look& look : looks.all)
        if (look.normal && look.meaning.view == View::Served) serving.insert(look.entity.name);
    std::map<std::string, Names> out;
    for (const std::string& name : serving)
        for (const auto& [callee, steps] : topology.needs_of(name))
            if (steps == 1 && serving.contains(callee)) out[callee].insert(name);
    return out;
}

bool is_of(const Look& look, bool failures) {
    const bool fails =
        look.meaning.aspect == Aspect::Errors || look.meaning.aspect == Aspect::Availability;
    return look.shift && look.meaning.view == View::Served &&
           (failures ? fails : look.meaning.aspect == Aspect::Latency);
}

const Look* clearest(const Looks& looks, const std::string& name, bool failures) {
    const Look* best = nullptr;
    for (const Look& look : looks.all)
        if (look.entity.name == name && is_of(look, failures) &&
            (best == nullptr || look.surprise > best->surprise))
            best = &look;
    return best;
}

bool has_sign_of_its_own(const Looks& looks, const std::string& name) {
    return std::any_of(looks.all.begin(), looks.all.end(), [&](const Look& look) {
        return look.entity.name == name && look.shift && look.meaning.view == View::Own &&
               look.surprise >= kMoved;
    });
}

std::vector<SharedWay> ways_of(const Looks& looks, const std::map<std::string, Names>& callers,
                               const Names& gone, bool failures,
                               std::map<std::string, Excess>& excesses) {
    double most = 0;
    for (const auto& [name, excess] : excesses) most = std::max(most, excess.own);
    const auto hurt = [&](const std::string& name) {
        const auto it = excesses.find(name);
        return it != excesses.end() && it->second.own > 0 &&
               it->second.own >= kTellingShare * most && !has_sign_of_its_own(looks, name) &&
               clearest(looks, name, failures) != nullptr;
    };
    std::map<Names, std::vector<std::string>> shared;
    for (const auto& [callee, names] : callers)
        if (names.size() >= 2 && !gone.contains(callee) && !excesses.contains(callee) &&
            std::all_of(names.begin(), names.end(), hurt))
            shared[names].push_back(callee);
    std::vector<SharedWay> out;
    for (const auto& [names, callees] : shared) {
        if (callees.size() != 1) continue;
        SharedWay way{callees.front(), {}, failures, 0};
        for (const std::string& name : names) {
            way.callers.push_back(clearest(looks, name, failures));
            way.excess += excesses.at(name).own;
            excesses.at(name).own = 0;
        }
        out.push_back(std::move(way));
    }
    return out;
}

}  // namespace

std::vector<SharedWay> shared_ways(const Looks& looks, const Topology& topology, const Names& gone,
                                   Excesses& excesses) {
    const std::map<std::string, Names> callers = measured_callers(looks, topology);
    std::vector<SharedWay> out = ways_of(looks, callers, gone, false, excesses.latency);
    for (SharedWay& way : ways_of(looks, callers, gone, true, excesses.errors)) {
        for (SharedWay& other : out) other.told = other.told || other.callee == way.callee;
        out.push_back(std::move(way));
    }
    return out;
}

}  // namespace insight::analysis::metrics
