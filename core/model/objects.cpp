#include "core/model/objects.h"

#include <algorithm>
#include <string_view>

namespace insight::model {
namespace {

using base::Json;

constexpr int kDeepest = 8;  // lists in lists
constexpr std::string_view kList = "List";

// An object of a kind that somebody called SomethingList has a name; a list has none.
bool is_list(const Json& value, const std::string& kind) {
    const auto items = value.find("items");
    if (items == value.end() || !items->is_array()) return false;
    const auto metadata = value.find("metadata");
    if (metadata != value.end() && !base::text_at(*metadata, "name").empty()) return false;
    return kind.empty() || kind.ends_with(kList);
}

base::Status add(Json value, int depth, std::vector<Json>& into) {
    if (!value.is_object())
        return base::fail(base::ErrorKind::Invalid,
                          depth == 0 ? "a line is not an object" : "an item is not an object");
    const std::string kind = base::text_at(value, "kind");
    if (depth >= kDeepest || !is_list(value, kind) || value.at("items").empty()) {
        into.push_back(std::move(value));
        return {};
    }
    const std::string of = kind.substr(0, kind.size() - std::min(kind.size(), kList.size()));
    const std::string version = base::text_at(value, "apiVersion");
    for (Json& item : value.at("items")) {
        if (!of.empty() && item.is_object() && !item.contains("kind")) {
            item["kind"] = of;
            if (!version.empty()) item.emplace("apiVersion", version);
        }
        if (base::Status added = add(std::move(item), depth + 1, into); !added) return added;
    }
    return {};
}

}  // namespace

base::Status add_objects(Json value, std::vector<Json>& into) {
    return add(std::move(value), 0, into);
}

}  // namespace insight::model
