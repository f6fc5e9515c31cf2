// A room's settings filled from its block, one row a key:
//
//     config::fill(own, {{"url", out.url}, {"timeout", out.timeout}, {"attempts", out.attempts}});
//
// What was declared as a Duration arrives in nanoseconds, because the target has that type; there
// is no second list of types that could disagree with the declaration. A key that has neither a
// value nor a default leaves its target as it is.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <variant>

#include "config/field.h"

namespace insight::config {

// A key and where its value goes. Numbers that do not fit the target are brought to its bounds.
// Lives within the call of fill(): it borrows key and target.
class Slot {
  public:
    template <typename Target>
    Slot(std::string_view key, Target& target) : key_(key), target_(&target) {}

    void take(const Instance& from) const;

  private:
    using TextMap = std::map<std::string, std::string>;
    using TextList = std::vector<std::string>;
    // std::int64_t is a Count, or a Duration: base::Nanos is the same type
    using Target =
        std::variant<std::string*, base::Secret*, bool*, int*, std::int64_t*, std::uint16_t*,
                     std::size_t*, double*, std::optional<double>*, TextMap*, TextList*>;
    std::string_view key_;
    Target target_;
};

void fill(const Instance& from, std::initializer_list<Slot> slots);

template <typename Value>
struct Named {
    std::string_view name;
    Value value;
};

// What a key with a list of choices stands for; the first where it says none of them.
template <typename Value, std::size_t N>
Value chosen(const Instance& from, std::string_view key, const std::array<Named<Value>, N>& all) {
    const std::string name = from.text(key);
    for (const Named<Value>& one : all)
        if (one.name == name) return one.value;
    return all.front().value;
}

}  // namespace insight::config
