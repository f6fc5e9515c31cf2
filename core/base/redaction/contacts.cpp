// E-mail addresses (the parts of RFC 5321 that are in use).
#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {

void find_contacts(std::string_view text, Findings& out) {
    static const re2::RE2 kAddress(
        R"([A-Za-z0-9\x80-\xff][A-Za-z0-9._%+'\x80-\xff-]*@([A-Za-z0-9\x80-\xff-]+(?:\.[A-Za-z0-9\x80-\xff-]+)*\.[A-Za-z\x80-\xff]{2,24}))",
        byte_options());
    if (text.find('@') == std::string_view::npos) return;
    each_match<1>(kAddress, text, [&](const re2::StringPiece* groups) {
        Finding found = place(text, groups[0], "email", kGuessed);
        // git@host:path is how repositories are named, and tells nobody's name
        if (view(groups[0]).starts_with("git@")) return;
        out.push_back(found);
    });
}

}  // namespace insight::base::redaction
