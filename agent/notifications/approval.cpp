#include "agent/notifications/approval.h"

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/crypto.h"
#include "core/base/json.h"

namespace insight::notifications {
namespace {

// of anything larger nothing is computed: the link comes from anybody
constexpr std::size_t kLongestToken = 4096;

std::string seal(const std::string& payload, const base::Secret& key) {
    // What is signed says what for: the key may serve other purposes one day.
    return base::hex(base::hmac_sha256(key.reveal(), "approval\n" + payload));
}

base::Error broken() {
    return {base::ErrorKind::Invalid,
            "this link is not one of ours or was cut short: copy it whole from the message",
            {}};
}

}  // namespace

std::string digest_of(const base::Json& body) {
    return base::sha256_hex(base::dump_json(body));
}

std::string sign(const Approval& approval, const base::Secret& key) {
    const std::string payload = base::base64url(base::dump_json({{"c", approval.channel},
                                                                 {"k", approval.key},
                                                                 {"d", approval.digest},
                                                                 {"e", approval.expires_at}}));
    return payload + "." + seal(payload, key);
}

base::Result<Approval> read_signed(const std::string& token, const base::Secret& key,
                                   base::Nanos now) {
    const std::size_t dot = token.find('.');
    if (token.size() > kLongestToken || dot == std::string::npos || key.empty())
        return base::fail(broken());
    std::string payload = token.substr(0, dot);
    // The seal before anything else: what is not ours is not even decoded.
    if (!base::equal_in_constant_time(seal(payload, key), token.substr(dot + 1)))
        return base::fail(broken());
    // from_base64 reads the standard alphabet; links have the one for URLs (RFC 4648, section 5)
    std::replace(payload.begin(), payload.end(), '-', '+');
    std::replace(payload.begin(), payload.end(), '_', '/');
    const auto bytes = base::from_base64(payload);
    if (!bytes) return base::fail(broken());
    const auto json = base::parse_json(*bytes, "the link", {.bytes = kLongestToken, .depth = 4});
    if (!json) return base::fail(broken());
    Approval approval{base::text_at(*json, "c"), base::text_at(*json, "k"),
                      base::text_at(*json, "d"), base::integer_at(*json, "e")};
    if (approval.expires_at <= now)
        return base::fail(base::ErrorKind::Conflict,
                          "this link has expired: decide in the product itself");
    return approval;
}

}  // namespace insight::notifications
