#include "agent/reasoning/unseen.h"

#include <re2/re2.h>

namespace insight::agent::reasoning {

std::string without_unseen(std::string_view text) {
    static const re2::RE2 kUnseen(
        R"([\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180E}\x{200B}-\x{200F}])"
        R"(|[\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFA0}])"
        R"(|[\x{E0000}-\x{E0FFF}])");
    std::string out(text);
    re2::RE2::GlobalReplace(&out, kUnseen, "");
    return out;
}

}  // namespace insight::agent::reasoning
