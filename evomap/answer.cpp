#include "evomap/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "core/base/text.h"
#include "evomap/envelope.h"
#include "evomap/hub_words.h"

namespace insight::evomap {
namespace {

// A hub must not silence this node for a week, by mistake or otherwise.
constexpr base::Nanos kLongestWait = 24 * base::kHour;
constexpr base::Nanos kDay = 24 * base::kHour;

struct Known {
    std::string_view code;
    AnswerKind kind;
};

// Codes that say more than their HTTP status.
constexpr std::array kKnown{
    Known{"node_secret_required", AnswerKind::Unauthorised},
    Known{"node_secret_not_set", AnswerKind::Unauthorised},
    Known{"node_secret_invalid", AnswerKind::Unauthorised},
    Known{"missing_env_fingerprint", AnswerKind::Unregistered},
    Known{"unknown_node", AnswerKind::Unregistered},
    Known{"trigger_dedup", AnswerKind::Limited},
    Known{"rate_limited", AnswerKind::Limited},
    Known{"server_busy", AnswerKind::Limited},
    Known{"duplicate_asset", AnswerKind::Duplicate},
    Known{"already_published", AnswerKind::Duplicate},
    Known{"asset_id_mismatch", AnswerKind::Mismatch},
    Known{"validation_command_unsandboxable", AnswerKind::Unsandboxable},
    Known{"unsandboxable", AnswerKind::Unsandboxable},
    Known{"credit_shortage", AnswerKind::Unpaid},
    Known{"evolver_min_version_required", AnswerKind::Outdated},
    Known{"force_update", AnswerKind::Outdated},
};

// 408 and 5xx pass by themselves; what is left of 4xx does not.
AnswerKind by_status(int status) {
    if (status >= 200 && status < 300) return AnswerKind::Ok;
    // 0: nobody answered at all.
    if (status == 408 || status >= 500 || status == 0) return AnswerKind::Unreachable;
    switch (status) {
        case 401:
            return AnswerKind::Unauthorised;
        case 402:
            return AnswerKind::Unpaid;
        case 404:
            return AnswerKind::Absent;
        case 426:
            return AnswerKind::Outdated;
        case 429:
            return AnswerKind::Limited;
        default:
            return AnswerKind::Refused;
    }
}

AnswerKind kind_of(int status, std::string_view code) {
    if (status >= 500) return AnswerKind::Unreachable;
    if (code.ends_with("_asset_id_verification_failed")) return AnswerKind::Mismatch;
    const auto* known = std::find_if(kKnown.begin(), kKnown.end(),
                                     [&](const Known& one) { return one.code == code; });
    // A code inside a 200 speaks of a part of the answer, not of the call.
    return known == kKnown.end() || by_status(status) == AnswerKind::Ok ? by_status(status)
                                                                        : known->kind;
}

// IMF-fixdate (RFC 9110); 0 where it is none.
base::Nanos http_time(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return end == nullptr ? 0 : static_cast<base::Nanos>(timegm(&parts)) * base::kSecond;
}

base::Nanos retry_after(std::string_view header, base::Nanos now) {
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (error == std::errc{} && end == header.data() + header.size())
        return std::clamp<std::int64_t>(seconds, 0, kLongestWait / base::kSecond) * base::kSecond;
    // A date in the past, by a clock that is behind, means now.
    const base::Nanos at = http_time(header);
    return at > now ? std::min(at - now, kLongestWait) : 0;
}

// Four places, all of them seen in recorded answers of one hub.
std::string code_of(const Json& body) {
    for (const Json* place : {&body, &payload_of(body)}) {
        if (auto code = base::text_at(*place, "error"); !code.empty()) return code;
        const Json& error = base::object_at(*place, "error");
        if (auto code = base::text_at(error, "code"); !code.empty()) return code;
    }
    return base::text_at(body, "code");
}

// The hub's own advice is shown as text; nobody acts on it here.
std::string sentence_of(const Answer& answer, std::string_view path) {
    std::string out = fmt::format("{} answered {}", path, answer.status);
    if (!answer.code.empty())
        out += " " + base::shorten(base::one_line(base::clean_utf8(answer.code)), 80);
    if (const auto message = shown(answer.body, "message"); !message.empty()) out += ": " + message;
    for (const Json& detail : base::array_at(answer.body, "details"))
        if (detail.is_object())
            out += fmt::format("; {} {}", shown(detail, "path"), shown(detail, "message"));
    const Json& correction = base::object_at(answer.body, "correction");
    if (const auto fix = shown(correction, "fix"); !fix.empty())
        out += fmt::format(" (the hub suggests: {})", fix);
    return base::shorten(out, 600);
}

}  // namespace

const Json& Answer::payload() const {
    return payload_of(body);
}

Answer read_answer(const base::Result<net::Response>& response, std::string_view path,
                   base::Nanos now) {
    Answer answer;
    if (!response) {
        answer.sentence = fmt::format("{}: {}", path, response.error().text());
        return answer;
    }
    answer.status = response->status;
    answer.hub_time = http_time(response->header("Date"));
    auto body =
        base::parse_json(response->body, "the answer of the hub", {.bytes = 8U << 20, .depth = 64});
    if (!body) {
        // A firewall's page says nothing about our secret, whatever its status is.
        answer.kind = answer.status == 404 ? AnswerKind::Absent : AnswerKind::Unreachable;
        if (answer.status == 429) answer.kind = AnswerKind::Limited;
        answer.wait = retry_after(response->header("Retry-After"), now);
        answer.sentence = fmt::format(
            "{} answered {} with something that is no JSON; is there a proxy or firewall between?",
            path, answer.status);
        return answer;
    }
    answer.body = std::move(*body);
    answer.code = code_of(answer.body);
    answer.kind = kind_of(answer.status, answer.code);
    // A date in Retry-After is by the hub's clock, so it is compared with that.
    const base::Nanos hub_now = answer.hub_time == 0 ? now : answer.hub_time;
    // Header and body may differ; the longer one is safe with both.
    answer.wait = std::max(retry_after(response->header("Retry-After"), hub_now),
                           milliseconds(answer.body, "retry_after_ms"));
    if (answer.code == "trigger_dedup" && answer.wait == 0) answer.wait = kDay;
    if (answer.status >= 300 && answer.status < 400)
        answer.sentence = fmt::format(
            "{} answered {}: the hub has moved; set evomap.apiUrl to its "
            "new address",
            path, answer.status);
    else if (!answer.ok())
        answer.sentence = sentence_of(answer, path);
    return answer;
}

std::string_view name(AnswerKind kind) {
    constexpr std::array<std::string_view, 12> kNames{
        "ok",       "unreachable",   "limited", "unauthorised", "unregistered", "duplicate",
        "mismatch", "unsandboxable", "unpaid",  "outdated",     "absent",       "refused"};
    return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace insight::evomap
