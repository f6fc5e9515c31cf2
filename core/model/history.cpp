#include "core/model/history.h"

namespace insight::model {
namespace {

constexpr std::size_t kMostFeatures = 400;
constexpr std::size_t kLongestKey = 256;  // bytes

}  // namespace

Json to_json(const PastIncident& past) {
    return {{"incident", past.incident},
            {"title", past.title},
            {"openedAt", past.opened_at},
            {"features", past.features},
            {"causeClass", past.cause_class},
            {"causeEntity", {{"kind", past.cause_entity.kind}, {"name", past.cause_entity.name}}}};
}

base::Result<PastIncident> past_incident_from_json(const Json& value) {
    const auto invalid = [](const char* what) {
        return base::fail(base::ErrorKind::Invalid, what);
    };
    if (!value.is_object()) return invalid("a past incident is not an object");
    PastIncident out;
    out.incident = base::text_at(value, "incident");
    if (out.incident.empty()) return invalid("a past incident has no id");
    out.title = base::text_at(value, "title");
    out.opened_at = base::integer_at(value, "openedAt");
    for (const auto& [key, weight] : base::object_at(value, "features").items()) {
        const double number = weight.is_number() ? weight.get<double>() : 0;
        if (!(number > 0) || number > 1 || key.empty() || key.size() > kLongestKey)
            return invalid("a feature of a past incident has no weight between 0 and 1");
        // Of too many the first by name stay: the same ones every time.
        if (out.features.size() < kMostFeatures) out.features[key] = number;
    }
    out.cause_class = base::text_at(value, "causeClass");
    const Json& entity = base::object_at(value, "causeEntity");
    out.cause_entity = {base::text_at(entity, "kind"), base::text_at(entity, "name")};
    return out;
}

}  // namespace insight::model
