#include "agent/reasoning/bounded.h"

#include <algorithm>

#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

void shorten_texts(Json& value, std::size_t bytes) {
    if (value.is_string()) {
        if (value.get_ref<const std::string&>().size() > bytes)
            value = base::shorten(value.get_ref<const std::string&>(), bytes);
    } else if (value.is_structured()) {
        for (Json& item : value) shorten_texts(item, bytes);
    }
}

std::size_t size_of(const Json& value) {
    return base::dump_json(value).size();
}

// The list that may be cut, by kind.
Json* list_of(Json& content) {
    for (const char* key : {"rows", "lines", "points"})
        if (content.contains(key) && content[key].is_array()) return &content[key];
    return nullptr;
}

// Lists in `facts` are summaries, most important first: halved until they fit.
bool halve_facts(Json& content) {
    if (!content.contains("facts") || !content["facts"].is_object()) return false;
    Json* longest = nullptr;
    for (Json& fact : content["facts"])
        if (fact.is_array() && fact.size() > 1 &&
            (longest == nullptr || size_of(fact) > size_of(*longest)))
            longest = &fact;
    if (longest == nullptr) return false;
    longest->erase(longest->begin() + static_cast<std::ptrdiff_t>(longest->size() / 2),
                   longest->end());
    return true;
}

}  // namespace

std::string cell(std::string_view text, std::size_t bytes) {
    return base::shorten(base::one_line(base::clean_utf8(text.substr(0, bytes * 4))), bytes);
}

std::size_t bound(Json& content, std::size_t bytes) {
    std::size_t cut = 0;
    const auto before = static_cast<std::size_t>(base::integer_at(content, "more"));
    // Rows go first, from the end; then summaries are halved, and long texts are cut last. Each
    // round allows texts half as much, so it ends.
    for (std::size_t most = std::max<std::size_t>(bytes / 4, 64); size_of(content) > bytes;
         most /= 2) {
        if (Json* list = list_of(content); list != nullptr && !list->empty()) {
            const std::size_t each = size_of(*list) / list->size() + 1;
            const std::size_t over = size_of(content) - bytes;
            // Leaves at least one, which is shortened instead.
            const std::size_t gone = std::min(list->size() - 1, over / each + 1);
            list->erase(list->end() - static_cast<std::ptrdiff_t>(gone), list->end());
            cut += gone;
            content["more"] = before + cut;
        }
        if (size_of(content) > bytes && !halve_facts(content)) shorten_texts(content, most);
        if (most <= 8) break;
    }
    return cut;
}

}  // namespace insight::agent::reasoning
