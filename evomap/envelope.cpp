#include "evomap/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/crypto.h"

namespace insight::evomap {
namespace {

constexpr std::string_view kProtocol = "gep-a2a";
constexpr std::array<std::string_view, 6> kTypes{"hello",  "publish",  "fetch",
                                                 "report", "decision", "revoke"};

}  // namespace

Json envelope(const Letter& letter) {
    return {{"protocol", kProtocol},
            {"protocol_version", "1.0.0"},
            {"message_type", letter.type},
            {"message_id",
             letter.message_id.empty() ? fresh_message_id(letter.time) : letter.message_id},
            {"sender_id", letter.sender},
            {"timestamp", javascript_time(letter.time)},
            {"payload", letter.payload}};
}

std::string fresh_message_id(base::Nanos now) {
    return fmt::format("msg_{}_{}", now / base::kMillisecond, base::random_hex(4));
}

std::string repeated_message_id(std::string_view stable) {
    // The same for the same thing said again: a hub takes it once, even when its first answer was
    // lost.
    return "msg_idem_" + base::sha256_hex(stable).substr(0, 40);
}

bool is_message(const Json& value) {
    const std::string type = base::text_at(value, "message_type");
    return base::text_at(value, "protocol") == kProtocol &&
           std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end() &&
           !base::text_at(value, "message_id").empty() &&
           !base::text_at(value, "timestamp").empty();
}

const Json& payload_of(const Json& answer) {
    if (answer.is_object())
        if (const auto payload = answer.find("payload");
            payload != answer.end() && payload->is_object())
            return *payload;
    return answer;
}

std::string javascript_time(base::Nanos time) {
    // The fraction is printed always, with three digits.
    const base::Nanos whole = time / base::kSecond * base::kSecond;
    std::string text = base::format_rfc3339(whole);
    text.pop_back();
    return fmt::format("{}.{:03}Z", text, (time - whole) / base::kMillisecond);
}

}  // namespace insight::evomap
