// A reading in the shape in which it is kept, to be compared with the next one.
#include "collectors/neo4j/reader.h"

namespace insight::collectors::neo4j {

Json Reading::sample() const {
    Json out = Json::object();
    for (const char* key : {"server", "activity", "memory"})
        if (const auto it = views.find(key); it != views.end() && !it->second.empty())
            out[key] = it->second.front();
    for (const char* key : {"databases", "long", "connections", "indexes", "constraints", "store"})
        if (const auto it = views.find(key); it != views.end()) out[key] = it->second;
    if (const auto it = views.find("settings"); it != views.end()) {
        out["settings"] = Json::object();
        for (const Json& row : it->second)
            out["settings"][base::text_at(row, "name")] = base::text_at(row, "value");
    }
    if (!partial.empty()) out["partial"] = partial;
    return out;
}

}  // namespace insight::collectors::neo4j
