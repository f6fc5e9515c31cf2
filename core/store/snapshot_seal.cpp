#include "core/store/snapshot_seal.h"

#include <fmt/format.h>

#include <fstream>

#include "core/base/crypto.h"

namespace insight::store {
namespace {

constexpr std::string_view kMagic = "\x5d\x2a\x4d\x18";  // of a frame to skip, little endian
constexpr std::string_view kSize{"\x44\0\0\0", 4};       // 68 bytes follow
constexpr std::string_view kMark = "DOIN";
constexpr std::size_t kDigest = 64;
constexpr std::size_t kSeal = 12 + kDigest;

// Any part that is there means that a seal was meant to be there.
bool sealed(std::string_view end) {
    return end.size() == kSeal &&
           (end.substr(0, 4) == kMagic || end.substr(4, 4) == kSize || end.substr(8, 4) == kMark);
}

base::Status compare(std::string_view end, const std::string& digest, std::string_view where) {
    if (end.substr(0, 4) == kMagic && end.substr(4, 4) == kSize && end.substr(8, 4) == kMark &&
        end.substr(12) == digest)
        return {};
    return base::fail(base::ErrorKind::Corrupt,
                      fmt::format("snapshot {}: the archive does not match the digest at its end: "
                                  "fetch it again",
                                  where));
}

}  // namespace

std::string seal_of(std::string_view bytes) {
    std::string seal;
    for (const std::string_view part : {kMagic, kSize, kMark}) seal += part;
    return seal + base::sha256_hex(bytes);
}

base::Status check_seal(std::string_view bytes, std::string_view where) {
    if (bytes.size() < kSeal) return {};
    const std::string_view end = bytes.substr(bytes.size() - kSeal);
    // An archive that another program packed has no seal, which is allowed.
    if (!sealed(end)) return {};
    return compare(end, base::sha256_hex(bytes.substr(0, bytes.size() - kSeal)), where);
}

base::Status check_seal_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    auto left = static_cast<std::int64_t>(file.tellg()) - static_cast<std::int64_t>(kSeal);
    if (!file)
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("{} cannot be read: check its permissions", path));
    if (left < 0) return {};
    std::string end(kSeal, '\0');
    file.seekg(left);
    file.read(end.data(), static_cast<std::streamsize>(end.size()));
    if (!file || !sealed(end)) return {};
    base::Sha256 hash;
    std::string piece(256U << 10, '\0');
    for (file.seekg(0); file && left > 0;) {
        file.read(piece.data(),
                  std::min<std::streamsize>(left, static_cast<std::streamsize>(piece.size())));
        hash.update({piece.data(), static_cast<std::size_t>(file.gcount())});
        left -= file.gcount();
    }
    return compare(end, hash.hex(), path);
}

}  // namespace insight::store
