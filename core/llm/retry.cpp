#include "core/llm/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <random>
#include <thread>

namespace insight::llm {
namespace {

constexpr base::Nanos kFirst = base::kSecond / 2;
constexpr base::Nanos kMost = 20 * base::kSecond;
constexpr base::Nanos kDay = 24 * base::kHour;

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

base::Nanos bounded(double seconds) {
    return base::from_seconds(std::clamp(seconds, 0.0, base::to_seconds(kDay)));
}

}  // namespace

Pacing real_pacing() {
    return {
        [](base::Nanos length) { std::this_thread::sleep_for(std::chrono::nanoseconds(length)); },
        [] {
            thread_local std::mt19937_64 dice(std::random_device{}());
            return std::uniform_real_distribution<double>(0, 1)(dice);
        }};
}

base::Nanos wait_before_retry(int failures, std::optional<base::Nanos> asked, double random) {
    // up to a tenth of it (1e8 ns of each second) more
    if (asked) return *asked + static_cast<base::Nanos>(random * base::to_seconds(*asked) * 1e8);
    const int doublings = std::clamp(failures - 1, 0, 10);
    const base::Nanos most = std::min(kFirst << doublings, kMost);
    return static_cast<base::Nanos>(random * static_cast<double>(most));
}

std::optional<base::Nanos> retry_after(const net::Response& response, base::Nanos now) {
    if (const auto milliseconds = number_in(response.header("retry-after-ms")))
        return bounded(*milliseconds / 1e3);
    const std::string text(response.header("retry-after"));
    if (text.empty()) return std::nullopt;
    if (const auto seconds = number_in(text)) return bounded(*seconds);
    // IMF-fixdate; the two obsolete forms of dates are not sent by any provider
    std::tm date{};
    if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr)
        return std::nullopt;
    return bounded(static_cast<double>(::timegm(&date)) - base::to_seconds(now));
}

}  // namespace insight::llm
