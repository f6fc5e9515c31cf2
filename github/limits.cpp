#include "github/limits.h"

#include <algorithm>
#include <charconv>

namespace insight::github {
namespace {

// GitHub's advice for a secondary limit that names no time: at least a minute, longer each time.
constexpr base::Nanos kUnsaid = base::kMinute;
constexpr base::Nanos kMost = base::kHour;  // a wrong clock must not stop us for days

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || text.empty() || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

bool says_limit(const std::string& body) {
    for (const std::string_view words :
         {"rate limit", "abuse detection", "wait a few minutes before you try again"})
        if (std::search(body.begin(), body.end(), words.begin(), words.end(), [](char a, char b) {
                return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : int{a}) == b;
            }) != body.end())
            return true;
    return false;
}

// When the hour of the primary limit ends; a second more, since only whole ones are told.
std::optional<base::Nanos> reset_of(const net::Response& response, base::Nanos now) {
    const auto reset = number(response.header("X-RateLimit-Reset"));
    if (!reset || *reset > 9'000'000'000) return std::nullopt;  // more seconds than nanoseconds fit
    return std::clamp((*reset + 1) * base::kSecond, now + base::kSecond, now + kMost);
}

}  // namespace

std::optional<Refusal> refusal_of(const net::Response& response, base::Nanos now, int repeats) {
    if (response.status != 403 && response.status != 429) return std::nullopt;
    if (const auto seconds = number(response.header("Retry-After"))) {
        const base::Nanos length = std::min<std::int64_t>(*seconds, 3600) * base::kSecond;
        return Refusal{now + std::max(length, base::kSecond), true};
    }
    if (number(response.header("X-RateLimit-Remaining")) == 0)
        return Refusal{reset_of(response, now).value_or(now + kUnsaid), false};
    // A 403 is mostly about rights; only its words tell a limit from them.
    if (response.status == 429 || says_limit(response.body.substr(0, 4096)))
        return Refusal{now + (kUnsaid << std::min(repeats, 4)), true};
    return std::nullopt;
}

void Limits::note(Resource resource, const net::Response& response, base::Nanos now) {
    // The last request of the hour still succeeds: the next one is held back without asking.
    if (response.status >= 400 || number(response.header("X-RateLimit-Remaining")) != 0) return;
    if (const auto reset = reset_of(response, now)) refuse(resource, {*reset, false});
}

void Limits::refuse(Resource resource, const Refusal& refusal) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < until_.size(); ++i)
        // Secondary limits are of the account, whichever of its budgets was used.
        if (refusal.secondary || i == static_cast<std::size_t>(resource))
            until_.at(i) = std::max(until_.at(i), refusal.until);
}

base::Nanos Limits::blocked_until(Resource resource, base::Nanos now) const {
    const std::lock_guard lock(mutex_);
    const base::Nanos until = until_.at(static_cast<std::size_t>(resource));
    return until > now ? until : 0;
}

}  // namespace insight::github
