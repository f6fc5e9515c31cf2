#include "analysis/kubernetes/quantity.h"

#include <array>
#include <cmath>

namespace insight::analysis::kubernetes {
namespace {

struct Suffix {
    std::string_view text;
    double factor;
};

constexpr std::array kSuffixes{Suffix{"Ki", 1024.0},
                               Suffix{"Mi", 1048576.0},
                               Suffix{"Gi", 1073741824.0},
                               Suffix{"Ti", 1099511627776.0},
                               Suffix{"Pi", 1125899906842624.0},
                               Suffix{"Ei", 1152921504606846976.0},
                               Suffix{"n", 1e-9},
                               Suffix{"u", 1e-6},
                               Suffix{"m", 1e-3},
                               Suffix{"k", 1e3},
                               Suffix{"M", 1e6},
                               Suffix{"G", 1e9},
                               Suffix{"T", 1e12},
                               Suffix{"P", 1e15},
                               Suffix{"E", 1e18}};

}  // namespace

std::optional<double> parse_quantity(std::string_view text) {
    if (text.empty() || text.size() > 40) return std::nullopt;
    const std::string copy(text);
    char* end = nullptr;
    // "1E" is an exa and "1E3" a thousand: strtod takes the E only where digits follow it.
    const double number = std::strtod(copy.c_str(), &end);
    if (end == copy.c_str() || !std::isfinite(number)) return std::nullopt;
    const std::string_view rest(end);
    if (rest.empty()) return number;
    for (const Suffix& suffix : kSuffixes)
        if (rest == suffix.text) return number * suffix.factor;
    return std::nullopt;
}

std::optional<double> quantity_of(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (value.is_string()) return parse_quantity(value.get_ref<const std::string&>());
    return std::nullopt;
}

}  // namespace insight::analysis::kubernetes
