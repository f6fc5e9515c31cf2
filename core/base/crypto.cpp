#include "core/base/crypto.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <vector>

namespace insight::base {
namespace {

std::string to_hex(const unsigned char* bytes, std::size_t size) {
    static constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string out;
    out.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        out += kHexDigits[bytes[i] >> 4U];
        out += kHexDigits[bytes[i] & 15U];
    }
    return out;
}

// Without randomness or hashing nothing here is safe to go on with.
void require(bool ok) {
    if (!ok) std::abort();
}

// The header keeps OpenSSL's types to itself.
EVP_MD_CTX* context(void* pointer) {
    return static_cast<EVP_MD_CTX*>(pointer);
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require(context_ != nullptr &&
            EVP_DigestInit_ex(context(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(context(context_));
}

void Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context(context_), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context(context_), digest.data(), &size) == 1);
    return to_hex(digest.data(), size);
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned size = 0;
    require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                 code.data(), &size) != nullptr);
    return {reinterpret_cast<const char*>(code.data()), size};
}

std::string hex(std::string_view bytes) {
    return to_hex(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string random_hex(std::size_t bytes) {
    std::vector<unsigned char> buffer(bytes);
    require(RAND_bytes(buffer.data(), static_cast<int>(buffer.size())) == 1);
    return to_hex(buffer.data(), buffer.size());
}

std::string uuid_v7(std::int64_t unix_milliseconds) {
    std::array<unsigned char, 16> id{};
    require(RAND_bytes(id.data(), static_cast<int>(id.size())) == 1);
    for (std::size_t i = 0; i < 6; ++i)
        id[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(unix_milliseconds) >>
                                           (40 - 8 * i));
    // RFC 9562, section 5.7: version 7 and variant 10; all bits behind the time are random.
    id[6] = static_cast<unsigned char>((id[6] & 0x0fU) | 0x70U);
    id[8] = static_cast<unsigned char>((id[8] & 0x3fU) | 0x80U);
    const std::string hex = to_hex(id.data(), id.size());
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace insight::base
