#include "github/link_header.h"

namespace insight::github {

std::string next_of(std::string_view header) {
    for (std::size_t at = header.find('<'); at != std::string_view::npos;
         at = header.find('<', at)) {
        const std::size_t end = header.find('>', at);
        if (end == std::string_view::npos) return {};
        const std::string_view target = header.substr(at + 1, end - at - 1);
        // Parameters reach to the next link: commas inside URLs are within the angle brackets.
        const std::size_t following = header.find('<', end);
        const std::string_view parameters = header.substr(end + 1, following - end - 1);
        if (parameters.find("rel=\"next\"") != std::string_view::npos ||
            parameters.find("rel=next") != std::string_view::npos)
            return std::string(target);
        at = following;
    }
    return {};
}

}  // namespace insight::github
