#include "config/fill.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace insight::config {
namespace {

// One overload a type of target.
struct Taking {
    const Instance& from;
    std::string_view key;

    // Slot::take has made sure that it is there.
    [[nodiscard]] const base::Json& written() const { return *from.settings().find(key); }

    void operator()(std::string* target) const { *target = from.text(key); }
    void operator()(base::Secret* target) const { *target = from.secret(key); }
    void operator()(bool* target) const { *target = from.flag(key); }
    void operator()(double* target) const { *target = from.number(key); }
    void operator()(std::optional<double>* target) const { *target = from.number(key); }
    void operator()(std::map<std::string, std::string>* target) const {
        *target = from.text_map(key);
    }
    void operator()(std::vector<std::string>* target) const { *target = from.text_list(key); }
    // durations are kept as they were written: "15s"
    void operator()(std::int64_t* target) const {
        *target = written().is_string() ? from.duration(key) : from.count(key);
    }
    template <std::integral Integer>
    void operator()(Integer* target) const {
        using Bounds = std::numeric_limits<Integer>;
        // std::size_t reaches further than the settings' own numbers.
        constexpr std::int64_t kMost = std::in_range<std::int64_t>(Bounds::max())
                                           ? static_cast<std::int64_t>(Bounds::max())
                                           : std::numeric_limits<std::int64_t>::max();
        constexpr auto kLeast = static_cast<std::int64_t>(Bounds::min());
        *target = static_cast<Integer>(std::clamp(from.count(key), kLeast, kMost));
    }
};

}  // namespace

void Slot::take(const Instance& from) const {
    // secrets are kept apart from what may be shown
    const bool secret = std::holds_alternative<base::Secret*>(target_);
    if (!secret && !from.settings().contains(key_)) return;
    std::visit(Taking{from, key_}, target_);
}

void fill(const Instance& from, std::initializer_list<Slot> slots) {
    for (const Slot& slot : slots) slot.take(from);
}

}  // namespace insight::config
