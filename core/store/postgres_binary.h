// Parameters in the binary format of the server: the send and receive functions of its types
// (src/backend/utils/adt: int8recv, float8recv, bytearecv, array_recv).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/store/sql.h"

namespace insight::store {

// The server's name for the type of a value, and for an array of such.
std::string_view type_of(const Value& value);
std::string_view array_type_of(const Value& value);

std::string postgres_bytes(const Value& value);

// One column of the rows of `width` in `values`, as an array with one dimension. All of one type.
std::string postgres_array(std::span<const Value> values, std::size_t column, std::size_t width);

// About what a value takes on its way.
std::size_t size_of(const Value& value);

}  // namespace insight::store
