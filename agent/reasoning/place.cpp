#include "agent/reasoning/place.h"

#include <algorithm>

#include "agent/reasoning/lookup.h"
#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

// A row about a pod names its node, too, and is no row about the node; a line of one service that
// names another is none about that.
bool is_about(const Record& record, const Token& name) {
    const std::string lower = base::lower(name.text);
    if (name.entity && !record.own.empty()) return speaks_of(record.own, lower);
    return has(record, name) &&
           (record.aside.empty() || name.kind != TokenKind::Name || speaks_of(record.text, lower));
}

}  // namespace

std::vector<Place> places_of(const std::vector<Testimony>& testimonies, const Token* name) {
    std::vector<Place> out;
    for (const Testimony& testimony : testimonies) {
        std::vector<const Record*> with;
        for (const Record& record : testimony.records)
            if (name == nullptr || is_about(record, *name)) with.push_back(&record);
        // No record says the name, but the title or the query does: then all of it is about that.
        const bool whole = name != nullptr && with.empty() && has(testimony.context, *name);
        if (whole)
            for (const Record& record : testimony.records) with.push_back(&record);
        for (const Record* record : with) out.push_back({&testimony, record});
        if (!with.empty() || whole || name == nullptr)
            out.push_back({&testimony, &testimony.context});
    }
    return out;
}

std::vector<Place> places_with(const std::vector<Testimony>& testimonies, const Token& name) {
    std::vector<Place> out = places_of(testimonies, nullptr);
    std::erase_if(out, [&](const Place& place) {
        return !place.is_context() && !has(*place.record, name) &&
               !has(place.testimony->context, name);
    });
    return out;
}

std::optional<model::Nanos> first_time(const std::vector<Testimony>& testimonies,
                                       const Token& name) {
    std::optional<model::Nanos> out;
    for (const Place& place : places_of(testimonies, &name)) {
        if (place.is_context()) continue;
        for (const model::Nanos time : place.record->times)
            if (!out || time < *out) out = time;
    }
    return out;
}

bool outside(const Token& number, const std::vector<Place>& where) {
    bool series = false;
    for (const Place& place : where) {
        const Testimony& testimony = *place.testimony;
        // Something that is no series may say any number: nothing is contradicted.
        if (!testimony.span) return false;
        if (testimony.measure != number.figure.measure || testimony.measure == Measure::Plain ||
            testimony.rate != (number.figure.per > 0))
            continue;
        const double claimed = comparable(number.figure);
        const double slack = number.figure.slack * number.figure.scale *
                             (number.figure.per > 0 ? 1 / number.figure.per : 1);
        if (claimed + slack >= testimony.span->first && claimed - slack <= testimony.span->second)
            return false;
        series = true;
    }
    return series;
}

}  // namespace insight::agent::reasoning
