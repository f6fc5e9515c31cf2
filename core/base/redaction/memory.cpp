#include "core/base/redaction/memory.h"

#include "core/base/base64.h"
#include "core/base/crypto.h"
#include "core/base/redaction/decoded.h"
#include "core/base/redaction/token_places.h"

namespace insight::base::redaction {
namespace {

constexpr std::size_t kMostRemembered = 200'000;

}  // namespace

Memory::Memory(Secret key) : key_(std::move(key)) {
    if (key_.empty()) key_ = Secret(random_hex(32));
}

std::string Memory::token_for(std::string_view raw, std::string_view kind) {
    std::string value = plain(raw);
    if (const auto alias = aliases_.find(value); alias != aliases_.end()) value = alias->second;
    const std::string digest = hex(hmac_sha256(key_.reveal(), value));
    std::string digits = digest.substr(0, kDigits);
    auto known = given_.find(digits);
    // Two values with the same short digits: the later one gets the longer token.
    if (known != given_.end() && plain(known->second.value) != value) {
        digits = digest.substr(0, kMoreDigits);
        known = given_.find(digits);
    }
    if (known != given_.end()) {
        // encoding only ever makes a value longer: the shortest form is the plain one
        if (raw.size() < known->second.value.size()) known->second.value = raw;
        return known->second.token;
    }
    const auto foreign = foreign_.find(digits);
    std::string token =
        foreign == foreign_.end() ? "<" + std::string(kind) + ":" + digits + ">" : foreign->second;
    // Beyond that tokens are still right, since key and value alone make them; only restoring
    // needs the entry.
    if (given_.size() < kMostRemembered) given_.emplace(digits, Given{token, std::string(raw)});
    return token;
}

std::string Memory::token_again(std::string_view token, std::string_view digits) {
    const std::string key(digits);
    if (const auto given = given_.find(key); given != given_.end()) return given->second.token;
    if (foreign_.size() < kMostRemembered) return foreign_.emplace(key, token).first->second;
    const auto known = foreign_.find(key);
    return known == foreign_.end() ? std::string(token) : known->second;
}

void Memory::learn(std::string_view raw, std::string_view kind, bool told) {
    const std::string value = plain(raw);
    known_.add(value, kind, told);
    // Its Base64 would be found in ordinary text by chance.
    if (value.size() < 8) return;
    // how Kubernetes and HTTP write it, with and without its padding
    std::string encoded = base64(value);
    alias(encoded, value, kind, told);
    while (encoded.back() == '=') encoded.pop_back();
    alias(encoded, value, kind, told);
}

const std::string* Memory::value_of(std::string_view digits) const {
    const auto given = given_.find(std::string(digits));
    return given == given_.end() ? nullptr : &given->second.value;
}

void Memory::alias(const std::string& form, const std::string& value, std::string_view kind,
                   bool told) {
    if (aliases_.size() >= kMostRemembered) return;
    known_.add(form, kind, told);
    aliases_.emplace(form, value);
}

}  // namespace insight::base::redaction
