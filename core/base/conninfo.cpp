#include "core/base/conninfo.h"

namespace insight::base {

std::string conninfo(const std::map<std::string, std::string>& values) {
    std::string out;
    for (const auto& [keyword, value] : values) {
        // Always quoted: an empty value needs it as well as one with a blank.
        out += keyword + "='";
        for (const char c : value) {
            if (c == '\'' || c == '\\') out += '\\';
            out += c;
        }
        out += "' ";
    }
    return out;
}

}  // namespace insight::base
