#include "agent/report/quoted.h"

namespace insight::report {

std::vector<Piece> pieces_of(std::string_view line) {
    std::vector<Piece> out;
    const auto add = [&](std::string_view text, bool quoted) {
        if (!text.empty()) out.push_back({text, quoted});
    };
    while (true) {
        const std::size_t open = line.find('`');
        const std::size_t close = open == std::string_view::npos ? open : line.find('`', open + 1);
        if (close == std::string_view::npos) break;
        // "``" quotes nothing
        const std::size_t from = close == open + 1 ? close + 1 : open;
        add(line.substr(0, from), false);
        if (from == open) add(line.substr(open + 1, close - open - 1), true);
        line.remove_prefix(close + 1);
    }
    add(line, false);
    return out;
}

}  // namespace insight::report
