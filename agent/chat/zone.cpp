#include "agent/chat/zone.h"

#include <date/tz.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include "core/base/text.h"
#include "core/base/zone_abbreviation.h"

namespace insight::agent::chat {
namespace {

using re2::RE2;

std::optional<base::Nanos> distance_of(const std::string& name) {
    if (const base::ZoneAbbreviation* known = base::zone_abbreviation(name)) return known->ahead;
    static const RE2 kOffset(R"((?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?)");
    std::string sign;
    std::string minutes;
    int hours = 0;
    if (!RE2::FullMatch(name, kOffset, &sign, &hours, &minutes) || hours > 14) return std::nullopt;
    const int rest = minutes.empty() ? 0 : std::stoi(minutes);
    if (rest > 59) return std::nullopt;
    const base::Nanos length = hours * base::kHour + rest * base::kMinute;
    return sign == "-" ? -length : length;
}

const date::time_zone* rules_of(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {  // no such zone, or no tzdata at all
        return nullptr;
    }
}

base::Nanos nanos(std::chrono::seconds seconds) {
    return static_cast<base::Nanos>(seconds.count()) * base::kSecond;
}

}  // namespace

base::Result<Zone> Zone::parse(std::string_view name) {
    Zone out;
    const std::string text(name);
    if (text.empty()) return out;
    if (const auto distance = distance_of(text)) {
        out.ahead_ = *distance;
        return out;
    }
    // never a path: the library reads a file of that name
    static const RE2 kName(
        R"([A-Za-z][A-Za-z_+-]*[0-9]{0,2}(?:/[A-Za-z][A-Za-z_+-]*[0-9]{0,2}){0,2})");
    if (RE2::FullMatch(text, kName)) out.rules_ = rules_of(text);
    if (out.rules_ == nullptr)
        return base::fail(
            base::ErrorKind::Invalid,
            fmt::format("'{}' is no time zone: use a name like Europe/Berlin, UTC or +02:00",
                        base::shorten(base::one_line(base::clean_utf8(text)), 64)));
    return out;
}

std::optional<Zone> Zone::named_in(std::string_view question) {
    static const RE2 kIana(R"(\b([A-Z][A-Za-z_]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b)");
    // distances stand behind a clock time: "-05" alone is part of a date
    static const RE2 kDistance(
        R"([0-9](?: ?[ap]m)? ?((?:UTC|GMT)[+-][0-9]{1,2}(?::?[0-9]{2})?|[+-][0-9]{2}:[0-9]{2})\b)");
    static const RE2 kShort(R"(\b([A-Z]{2,4})\b)");
    re2::StringPiece rest(question.data(), question.size());
    std::string name;
    for (const RE2* pattern : {&kIana, &kDistance, &kShort}) {
        re2::StringPiece from = rest;
        while (RE2::FindAndConsume(&from, *pattern, &name))
            if (auto zone = pattern == &kShort && !distance_of(name)
                                ? base::Result<Zone>(base::fail(base::ErrorKind::NotFound, ""))
                                : parse(name))
                return *zone;
    }
    return std::nullopt;
}

base::Nanos Zone::local(base::Nanos utc) const {
    if (rules_ == nullptr) return utc + ahead_;
    const date::sys_seconds time{std::chrono::seconds(utc / base::kSecond)};
    return utc + nanos(rules_->get_info(time).offset);
}

base::Nanos Zone::utc(base::Nanos local) const {
    if (rules_ == nullptr) return local - ahead_;
    const date::local_seconds time{std::chrono::seconds(local / base::kSecond)};
    // A clock time that was skipped in spring is the moment of the change; of one that came twice
    // in autumn it is the first.
    const date::local_info info = rules_->get_info(time);
    if (info.result == date::local_info::nonexistent)
        return nanos(info.second.begin.time_since_epoch());
    return local - nanos(info.first.offset);
}

}  // namespace insight::agent::chat
