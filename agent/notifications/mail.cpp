#include "agent/notifications/mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>

#include "agent/outreach/answer.h"
#include "core/base/base64.h"
#include "core/base/text.h"

namespace insight::notifications {
namespace {

using base::Json;

constexpr std::size_t kBase64Line = 76;   // RFC 2045
constexpr std::size_t kEncodedWord = 45;  // bytes that fit an encoded word of 75 characters
constexpr std::chrono::seconds kPatience{30};

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// RFC 2047: words of at most 75 characters that end between characters.
std::string header_text(const std::string& text) {
    // RFC 5322: lines have at most 998 characters; longer plain titles are folded as encoded words.
    if (is_plain(text) && text.size() < 200) return text;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(at + kEncodedWord, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
        if (!out.empty()) out += "\r\n ";
        out += fmt::format("=?utf-8?B?{}?=",
                           base::base64(std::string_view(text).substr(at, end - at)));
        at = end;
    }
    return out;
}

std::string in_lines(const std::string& encoded) {
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += kBase64Line)
        out += encoded.substr(at, kBase64Line) + "\r\n";
    return out;
}

std::string date_of(base::Nanos now) {
    const auto seconds = static_cast<std::time_t>(now / base::kSecond);
    // RFC 5322, 3.3; the process keeps the C locale.
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(seconds));
}

std::string host_of(const std::string& address) {
    return address.substr(address.find('@') + 1);
}

std::string first_id(const Message& message, const MailSettings& settings) {
    return fmt::format("<{}@{}>", message.id, host_of(settings.from));
}

}  // namespace

std::string mail_text(const Message& message, const MailSettings& settings, const Json& handle,
                      base::Nanos now) {
    const std::string first = first_id(message, settings);
    const bool reply = !handle.is_null();
    std::string head = fmt::format(
        "From: DevOps Insight <{}>\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\n", settings.from,
        fmt::join(settings.to, ",\r\n "),
        header_text(fmt::format("{}[{}] {}", reply ? "Re: " : "", message.severity, message.title)),
        date_of(now));
    // The same ticket and revision has the same id: a repeat is recognised.
    head += fmt::format(
        "Message-ID: {}\r\n",
        reply ? fmt::format("<{}.{}@{}>", message.id, message.revision, host_of(settings.from))
              : first);
    if (reply) head += fmt::format("In-Reply-To: {0}\r\nReferences: {0}\r\n", first);
    head +=
        // RFC 3834: an absence note must not answer it. Base64 keeps lines within 998 characters
        // and dots at their start harmless.
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    std::string text;
    for (const char c : plain(message)) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return head + in_lines(base::base64(text));
}

Attempt<Json> MailChannel::say(const Message& message, const Json& handle, bool) {
    const auto sent = transport_.send(
        settings_.server,
        {settings_.from, settings_.to, mail_text(message, settings_, handle, clock_.now())},
        base::Deadline::after(kPatience));
    if (sent) return Json{{"told", message.revision}};
    agent::Delivery delivery = agent::Delivery::failed(sent.error());
    // A password is changed by somebody; what was to be said waits for that.
    if (sent.error().kind == base::ErrorKind::Denied)
        delivery = agent::Delivery::later(sent.error().text(), 15 * base::kMinute);
    return outreach::stop(std::move(delivery));
}

}  // namespace insight::notifications
