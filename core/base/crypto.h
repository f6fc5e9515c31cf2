// Hashing and randomness, from OpenSSL. Threads: safe.
#pragma once

#include <string>
#include <string_view>

namespace insight::base {

// SHA-256 (FIPS 180-4), 64 lower-case hexadecimal digits
std::string sha256_hex(std::string_view bytes);

// SHA-256 in pieces, for what does not fit memory.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::string_view bytes);
    [[nodiscard]] std::string hex();  // ends the hash; call once

  private:
    void* context_;
};

// HMAC-SHA-256 (RFC 2104), 32 raw bytes: a key of the next one, or of `hex`
std::string hmac_sha256(std::string_view key, std::string_view message);
std::string hex(std::string_view bytes);

// `bytes` random bytes from the operating system, as hexadecimal digits
std::string random_hex(std::size_t bytes);

// RFC 9562 version 7: sorts by time of making
std::string uuid_v7(std::int64_t unix_milliseconds);

// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace insight::base
