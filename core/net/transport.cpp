#include "core/net/transport.h"

#include "core/net/cpprest_transport.h"
#include "core/net/curl_transport.h"
#include "core/net/header_rules.h"

namespace insight::net {

std::string_view Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

std::unique_ptr<Transport> make_transport(Adapter adapter) {
    if (adapter == Adapter::Curl) return std::make_unique<CurlTransport>();
    return std::make_unique<CpprestTransport>();
}

std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    const auto append = [&out](std::string_view text) {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                               c == '~';
            if (plain) {
                out += c;
            } else {  // "%20" and not "+": both forms accept it
                out += '%';
                out += kDigits[byte >> 4U];
                out += kDigits[byte & 15U];
            }
        }
    };
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        append(name);
        out += '=';
        append(value);
    }
    return out;
}

}  // namespace insight::net
