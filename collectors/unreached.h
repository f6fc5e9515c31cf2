// Why a data store gave no answer at all, as its `refused` row says it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::collectors {

// "unreachable": no connection came about; "no_answer": nothing came within the time there was.
// Empty where it did answer, or its client could not be used. Valid for ever.
std::string_view unreached(const base::Error& error);

// What to show of it: the words of the other side, or ours where there are none.
const std::string& told_by(const base::Error& error);

}  // namespace insight::collectors
