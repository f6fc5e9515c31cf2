#include "core/store/postgres_binary.h"

#include <array>
#include <bit>

namespace insight::store {
namespace {

// By the alternatives of Value. The numbers are those of the server's catalogue (pg_type.dat),
// which are the same in every database.
struct Type {
    std::string_view name;
    std::string_view array;
    std::uint32_t number;
};
constexpr std::array<Type, std::variant_size_v<Value>> kTypes{{
    {"bigint", "bigint[]", 20},
    {"float8", "float8[]", 701},
    {"bytea", "bytea[]", 17},  // text too: postgres.h says why
    {"bytea", "bytea[]", 17},
}};

const Type& binary_type_of(const Value& value) {
    return kTypes.at(value.index());
}

// Most significant byte first.
template <typename Number>
void append_number(std::string& out, Number number) {
    for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((number >> shift) & 0xffU);
}

void append_value(std::string& out, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        append_number(out, static_cast<std::uint64_t>(*number));
    else if (const auto* real = std::get_if<double>(&value))
        append_number(out, std::bit_cast<std::uint64_t>(*real));
    else if (const auto* text = std::get_if<std::string_view>(&value))
        out += *text;
    else
        out += std::get<Blob>(value).bytes;
}

}  // namespace

std::string_view type_of(const Value& value) {
    return binary_type_of(value).name;
}

std::string_view array_type_of(const Value& value) {
    return binary_type_of(value).array;
}

std::string postgres_bytes(const Value& value) {
    std::string out;
    append_value(out, value);
    return out;
}

std::string postgres_array(std::span<const Value> values, std::size_t column, std::size_t width) {
    std::string out;
    append_number(out, std::uint32_t{1});  // dimensions
    append_number(out, std::uint32_t{0});  // none of them is NULL
    append_number(out, binary_type_of(values[column]).number);
    append_number(out, static_cast<std::uint32_t>(values.size() / width));
    append_number(out, std::uint32_t{1});  // number of the first
    for (std::size_t i = column; i < values.size(); i += width) {
        append_number(out, static_cast<std::uint32_t>(size_of(values[i])));
        append_value(out, values[i]);
    }
    return out;
}

std::size_t size_of(const Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return text->size();
    if (const auto* blob = std::get_if<Blob>(&value)) return blob->bytes.size();
    return sizeof(std::int64_t);
}

}  // namespace insight::store
