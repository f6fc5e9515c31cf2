#include "collectors/sampled_views.h"

#include <algorithm>

namespace insight::collectors {

using base::Json;

Json sampled_views(const Views& views, std::initializer_list<const char*> single,
                   std::initializer_list<const char*> lists,
                   const std::vector<std::string>& partial) {
    Json out = Json::object();
    for (const char* key : single)
        if (const auto it = views.find(key); it != views.end() && !it->second.empty())
            out[key] = it->second.front();
    for (const char* key : lists)
        if (const auto it = views.find(key); it != views.end()) out[key] = it->second;
    if (const auto it = views.find("settings"); it != views.end()) {
        out["settings"] = Json::object();
        for (const Json& row : it->second)
            out["settings"][base::text_at(row, "name")] = base::text_at(row, "value");
    }
    // A view cut at its limit is kept for its rows, but marked: is_whole() keeps it from being
    // compared.
    if (!partial.empty()) out["partial"] = partial;
    return out;
}

bool is_whole(const Json& sample, std::string_view view) {
    if (!sample.contains(view)) return false;
    const Json& partial = base::array_at(sample, "partial");
    return std::find(partial.begin(), partial.end(), view) == partial.end();
}

}  // namespace insight::collectors
