#include "core/base/redaction/memory.h"

#include "core/base/base64.h"
#include "core/base/crypto.h"
#include "core/base/redaction/decoded.h"
#include "core/base/redaction/token_places.h"

namespace insight::base {
namespace {

using redaction::kDigits;
using redaction::kMoreDigits;

constexpr std::size_t kMostRemembered = 200'000;

}  // namespace

Border::Memory::Memory(Secret key) : key_(std::move(key)) {
    if (key_.empty()) key_ = Secret(random_hex(32));
}

std::string Border::Memory::token_for(std::string_view raw, std::string_view kind) {
    std::string value = redaction::plain(raw);
    if (const auto alias = aliases_.find(value); alias != aliases_.end()) value = alias->second;
    const std::string digest = hex(hmac_sha256(key_.reveal(), value));
    std::string digits = digest.substr(0, kDigits);
    auto known = given_.find(digits);
    if (known != given_.end() && redaction::plain(known->second.value) != value) {
        digits = digest.substr(0, kMoreDigits);
        known = given_.find(digits);
    }
    if (known != given_.end()) {
        // encoding only ever makes a value longer: the shortest form is the plain one
        if (raw.size() < known->second.value.size()) known->second.value = raw;
        return known->second.token;
    }
    std::string token = "<" + std::string(kind) + ":" + digits + ">";
    if (given_.size() < kMostRemembered) given_.emplace(digits, Given{token, std::string(raw)});
    return token;
}

void Border::Memory::learn(std::string_view raw, std::string_view kind, bool told) {
    const std::string value = redaction::plain(raw);
    known_.add(value, kind, told);
    if (value.size() < 8) return;
    // how Kubernetes and HTTP write it, with and without its padding
    std::string encoded = base64(value);
    alias(encoded, value, kind, told);
    while (encoded.back() == '=') encoded.pop_back();
    alias(encoded, value, kind, told);
}

const std::string* Border::Memory::value_of(std::string_view digits) const {
    const auto given = given_.find(std::string(digits));
    return given == given_.end() ? nullptr : &given->second.value;
}

void Border::Memory::alias(const std::string& form, const std::string& value, std::string_view kind,
                           bool told) {
    if (aliases_.size() >= kMostRemembered) return;
    known_.add(form, kind, told);
    aliases_.emplace(form, value);
}

}  // namespace insight::base
