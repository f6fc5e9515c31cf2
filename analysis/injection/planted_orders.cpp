#include "analysis/injection/planted_orders.h"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/injection/phrases.h"
#include "analysis/injection/unhidden.h"
#include "core/base/text.h"

namespace insight::analysis::injection {
namespace {

constexpr std::size_t kStretch = 400;  // phrases that belong together stand this near
constexpr std::size_t kMostRead = 1 << 20;
constexpr std::size_t kQuote = 240;
constexpr std::size_t kFewSmuggled = 8;  // a flag of an emoji has fewer

// One order: the strongest phrase of each family, summed.
void judge(std::string_view text, const std::vector<Stretch>& phrases, std::size_t first,
           std::size_t last, std::vector<PlantedOrder>& out) {
    std::map<std::string_view, double> weights;
    std::size_t end = 0;
    for (std::size_t i = first; i < last; ++i) {
        double& weight = weights[phrases[i].family];
        weight = std::max(weight, phrases[i].weight);
        end = std::max(end, phrases[i].end);
    }
    PlantedOrder order;
    for (const auto& [family, weight] : weights) {
        order.families.emplace_back(family);
        order.weight += weight;
    }
    if (order.weight < 1) return;
    const std::size_t begin = phrases[first].begin;
    order.quote =
        base::shorten(base::one_line(base::clean_utf8(text.substr(begin, end - begin))), kQuote);
    out.push_back(std::move(order));
}

void look(std::string_view text, std::vector<PlantedOrder>& out) {
    const Unhidden plain = unhidden(text);
    std::vector<Stretch> phrases = phrases_in(plain.text);
    if (plain.smuggled >= kFewSmuggled) phrases.push_back({0, plain.text.size(), "hidden", 1});
    std::sort(phrases.begin(), phrases.end(),
              [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
    for (std::size_t first = 0; first < phrases.size();) {
        std::size_t last = first + 1;
        while (last < phrases.size() && phrases[last].begin < phrases[first].begin + kStretch)
            ++last;
        judge(plain.text, phrases, first, last, out);
        first = last;
    }
}

}  // namespace

std::vector<PlantedOrder> planted_orders(std::string_view text, std::size_t most) {
    std::vector<PlantedOrder> found;
    if (text.size() > kMostRead) {
        look(text.substr(0, kMostRead / 2), found);
        look(text.substr(text.size() - kMostRead / 2), found);
    } else {
        look(text, found);
        for (const std::string& inner : inner_texts(text)) look(inner, found);
    }
    // the same order, once as it stands and once with its escapes undone
    std::vector<PlantedOrder> out;
    std::set<std::string> seen;
    for (PlantedOrder& order : found)
        if (out.size() < most && seen.insert(order.quote).second) out.push_back(std::move(order));
    return out;
}

}  // namespace insight::analysis::injection
