#include "agent/reasoning/tools/log_shapes.h"

#include <algorithm>

#include "agent/reasoning/bounded.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kReadOfLine = 4096;  // bytes: what stands behind them tells no shapes apart
constexpr std::size_t kCommon = 12;
constexpr std::size_t kRare = 5;
constexpr std::size_t kShownOfShape = 240;

}  // namespace

void LogShapes::Seen::merge(const Seen& other) {
    if (other.first != 0 && (first == 0 || other.first < first)) first = other.first;
    last = std::max(last, other.last);
    before += other.before;
    during += other.during;
}

void LogShapes::add(std::string_view body, base::Nanos time, bool inside) {
    const std::uint32_t shape = miner_.add(body.substr(0, kReadOfLine));
    if (shape >= seen_.size()) seen_.resize(shape + 1);
    seen_[shape].merge({time, time, inside ? 0U : 1U, inside ? 1U : 0U});
}

void LogShapes::merge(const LogShapes& other) {
    const std::vector<std::uint32_t> renamed = miner_.merge(other.miner_);
    seen_.resize(miner_.shapes().size());
    for (std::size_t i = 0; i < renamed.size() && i < other.seen_.size(); ++i)
        seen_[renamed[i]].merge(other.seen_[i]);
}

base::Json LogShapes::told() const {
    const analysis::logs::Templates grouped = analysis::logs::group_shapes(miner_.shapes());
    std::vector<Seen> seen(grouped.all.size());
    for (std::size_t i = 0; i < seen_.size() && i < grouped.of_shape.size(); ++i)
        seen[grouped.of_shape[i]].merge(seen_[i]);
    base::Json out = base::Json::array();
    const auto tell = [&](std::size_t i) {
        out.push_back({{"template", cell(grouped.all[i].text, kShownOfShape)},
                       {"baseline", seen[i].before},
                       {"window", seen[i].during},
                       {"first", base::format_rfc3339(seen[i].first)},
                       {"last", base::format_rfc3339(seen[i].last)}});
    };
    const std::size_t all = grouped.all.size();
    const std::size_t common = std::min(kCommon, all);
    for (std::size_t i = 0; i < common; ++i) tell(i);
    const std::size_t rare = std::max(common, all - std::min(kRare, all));
    if (rare > common) out.push_back({{"further", rare - common}});
    for (std::size_t i = rare; i < all; ++i) tell(i);
    return out;
}

}  // namespace insight::agent::reasoning
