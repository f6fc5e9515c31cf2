// Where in the cited evidence a part of a statement may be found, and what the records there say as
// a whole.
#pragma once

#include <vector>

#include "agent/reasoning/testimony.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// A record together with the evidence whose context is true of it. Borrowed.
struct Place {
    const Testimony* testimony = nullptr;
    const Record* record = nullptr;

    [[nodiscard]] bool is_context() const { return record == &testimony->context; }
};

// The records that have the name; where the name is true of a whole evidence, every record of it.
// Context always counts for its own evidence. nullptr: every record.
std::vector<Place> places_of(const std::vector<Testimony>& testimonies, const Token* name);

// The records that name it, whoever they are about, and the context of its evidence.
std::vector<Place> places_with(const std::vector<Testimony>& testimonies, const Token& name);

// When records of the name begin; nothing when none tells a time.
std::optional<model::Nanos> first_time(const std::vector<Testimony>& testimonies,
                                       const Token& name);

// A series of the number's measure was looked at, and it never was there.
bool outside(const Token& number, const std::vector<Place>& where);

}  // namespace insight::agent::reasoning
