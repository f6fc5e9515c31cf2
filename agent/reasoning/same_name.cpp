#include "agent/reasoning/same_name.h"

#include <re2/re2.h>

#include <cctype>

namespace insight::agent::reasoning {
namespace {

bool is_letter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte >= 0x80;
}

// What controllers put behind the name of a workload: a template's hash and five letters without
// vowels, one of the two, or a number.
// https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-template-hash-label
bool is_replica(std::string_view suffix) {
    static const re2::RE2 kReplica(
        "(?:[0-9a-z]{6,10}-)?[bcdfghjklmnpqrstvwxz24-9]{5}|[0-9]{1,5}|"
        "[bcdfghjklmnpqrstvwxz24-9]{8,10}");
    return re2::RE2::FullMatch(re2::StringPiece(suffix.data(), suffix.size()), kReplica);
}

// Neither in the middle of a word nor behind a hyphen: "db" is not in "cart-db".
bool begins_there(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const char before = text[at - 1];
    if (is_letter(before) && is_letter(text[at])) return false;
    return before != '-' || at < 2 || !is_letter(text[at - 2]);
}

bool ends_there(std::string_view text, std::size_t end) {
    if (end >= text.size()) return true;
    const char next = text[end];
    const bool more = end + 1 < text.size() && is_letter(text[end + 1]);
    if (is_letter(next)) return !is_letter(text[end - 1]);
    if (next == '-' && more) {
        std::size_t stop = end + 1;
        while (stop < text.size() && (is_letter(text[stop]) || text[stop] == '-')) ++stop;
        return is_replica(text.substr(end + 1, stop - end - 1));
    }
    // a version, an address: "1.2" is not "1.2.3"
    const bool digits = std::isdigit(static_cast<unsigned char>(text[end - 1])) != 0 && more &&
                        std::isdigit(static_cast<unsigned char>(text[end + 1])) != 0;
    return next != '.' || !digits;
}

}  // namespace

bool speaks_of(std::string_view text, std::string_view name) {
    bool cut = false;
    for (const std::string_view mark : {"\u2026", "..."})
        if (name.ends_with(mark)) {
            name.remove_suffix(mark.size());
            cut = true;
        }
    if (name.empty()) return false;
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string_view::npos; ++at)
        if (begins_there(text, at) && (cut || ends_there(text, at + name.size()))) return true;
    return false;
}

}  // namespace insight::agent::reasoning
