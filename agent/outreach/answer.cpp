#include "agent/outreach/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "core/base/text.h"

namespace insight::outreach {
namespace {

using agent::Delivery;

// A refused token is mended by a person, not by asking again at once.
constexpr base::Nanos kFixToken = 15 * base::kMinute;
constexpr base::Nanos kLongestWait = 24 * base::kHour;
constexpr std::size_t kLongestWords = 300;

std::int64_t integer(std::string_view text) {
    std::int64_t value = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() && end == text.data() + text.size() ? value : -1;
}

// RFC 9110 IMF-fixdate; -1 for anything else.
std::int64_t http_date(const std::string& text) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return end != nullptr && *end == '\0' ? static_cast<std::int64_t>(::timegm(&parts)) : -1;
}

std::string words(const net::Response& response) {
    const std::string text = base::redact(base::one_line(base::clean_utf8(response.body)));
    return text.empty() ? "" : ": " + base::shorten(text, kLongestWords);
}

}  // namespace

base::Nanos asked_to_wait(const net::Response& response, base::Nanos now) {
    const std::string after(response.header("Retry-After"));
    base::Nanos wait = 0;
    if (const std::int64_t seconds = integer(after); seconds >= 0)
        wait = std::min<std::int64_t>(seconds, kLongestWait / base::kSecond) * base::kSecond;
    else if (const std::int64_t date = http_date(after); date > 0)
        wait = std::min<std::int64_t>(date, INT32_MAX * 4LL) * base::kSecond - now;
    // GitHub's way: a 403 without Retry-After, and the Unix second at which it ends.
    else if (response.header("X-RateLimit-Remaining") == "0")
        if (const std::int64_t reset = integer(response.header("X-RateLimit-Reset")); reset > 0)
            wait = std::min<std::int64_t>(reset, INT32_MAX * 4LL) * base::kSecond - now;
    return std::clamp<base::Nanos>(wait, 0, kLongestWait);
}

Delivery failed(const net::Response& response, const std::string& who, base::Nanos now) {
    const base::Nanos wait = asked_to_wait(response, now);
    const int status = response.status;
    const bool too_fast = status == 429 || (status == 403 && wait > 0);
    if (too_fast)
        return Delivery::later(fmt::format("{} asks us to slow down ({})", who, status),
                               std::max(wait, base::kSecond));
    if (status == 401 || status == 403)
        return Delivery::later(
            fmt::format("{} does not accept our credentials ({}): check the token and its rights{}",
                        who, status, words(response)),
            kFixToken);
    // Everything else in the 400s is about what was sent: the same again would get the same answer.
    if (status >= 500 || status == 408)
        return Delivery::later(fmt::format("{} failed ({}){}", who, status, words(response)), wait);
    return Delivery::refused(fmt::format("{} refused it ({}){}", who, status, words(response)),
                             {{"status", status}});
}

Delivery failed(const base::Error& error, const std::string& who) {
    Delivery delivery = Delivery::failed(error);
    delivery.note = fmt::format("{}: {}", who, error.text());
    // Nothing that a network did is final: a wrong URL is corrected in the configuration.
    if (error.kind != base::ErrorKind::Invalid) delivery.outcome = Delivery::Outcome::Later;
    return delivery;
}

}  // namespace insight::outreach
