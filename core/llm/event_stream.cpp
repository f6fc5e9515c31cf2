#include "core/llm/event_stream.h"

#include <zlib.h>

#include <array>

namespace insight::llm {
namespace {

constexpr std::size_t kPrelude = 12;  // two lengths and their checksum
constexpr std::size_t kCrc = 4;
constexpr std::size_t kLeast = kPrelude + kCrc;

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size = 4) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < size; ++i)
        out = out << 8U | static_cast<unsigned char>(bytes[at + i]);
    return out;
}

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// How many bytes a value of a header takes, by its type; npos: as its own two bytes say.
constexpr std::size_t kOwnLength = std::string::npos;
constexpr std::size_t kString = 7;
// true, false, byte, short, int, long, bytes, string, timestamp, uuid
constexpr std::array<std::size_t, 10> kSizes{0, 0, 1, 2, 4, 8, kOwnLength, kOwnLength, 8, 16};

base::Error corrupt(std::string_view what) {
    return {base::ErrorKind::Corrupt, "the event stream is damaged: " + std::string(what)};
}

bool read_headers(std::string_view bytes, std::map<std::string, std::string>& into) {
    while (!bytes.empty()) {
        const std::size_t name_size = static_cast<unsigned char>(bytes[0]);
        if (name_size == 0 || bytes.size() < 1 + name_size + 1) return false;
        const std::string name(bytes.substr(1, name_size));
        const std::size_t type = static_cast<unsigned char>(bytes[1 + name_size]);
        bytes.remove_prefix(1 + name_size + 1);
        if (type >= kSizes.size()) return false;
        std::size_t size = kSizes[type];
        if (size == kOwnLength) {
            if (bytes.size() < 2) return false;
            size = big_endian(bytes, 0, 2);
            bytes.remove_prefix(2);
        }
        if (bytes.size() < size) return false;
        // Those of other types are skipped; none of them is read.
        if (type == kString) into[name] = bytes.substr(0, size);
        bytes.remove_prefix(size);
    }
    return true;
}

}  // namespace

std::string_view Frame::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

FrameReader::FrameReader(OnFrame on_frame, std::size_t max_frame)
    : on_frame_(std::move(on_frame)), max_frame_(max_frame) {}

base::Result<Frame> FrameReader::read(std::string_view bytes) const {
    const std::size_t headers = big_endian(bytes, 4);
    if (big_endian(bytes, bytes.size() - kCrc) != checksum(bytes.substr(0, bytes.size() - kCrc)))
        return base::fail(corrupt("a frame's checksum is wrong"));
    Frame frame;
    if (!read_headers(bytes.substr(kPrelude, headers), frame.headers))
        return base::fail(corrupt("a frame's headers are none"));
    frame.payload = bytes.substr(kPrelude + headers, bytes.size() - kLeast - headers);
    return frame;
}

base::Result<bool> FrameReader::feed(std::string_view block) {
    if (stopped_) return false;
    pending_ += block;
    std::size_t at = 0;
    while (!stopped_ && pending_.size() - at >= kPrelude) {
        const std::string_view rest = std::string_view(pending_).substr(at);
        const std::size_t total = big_endian(rest, 0);
        const std::size_t headers = big_endian(rest, 4);
        // First the checksum of the lengths: without it any bytes would announce gigabytes.
        const bool damaged = big_endian(rest, 8) != checksum(rest.substr(0, 8));
        if (damaged || total < kLeast || headers > total - kLeast) {
            stopped_ = true;
            return base::fail(corrupt("what should be a frame is none"));
        }
        if (total > max_frame_) {
            stopped_ = true;
            return base::fail(base::ErrorKind::TooLarge,
                              "a frame of the event stream is larger than an answer may be");
        }
        if (rest.size() < total) break;
        const auto frame = read(rest.substr(0, total));
        if (!frame) {
            stopped_ = true;
            return base::fail(frame.error());
        }
        at += total;
        if (!on_frame_(*frame)) stopped_ = true;
    }
    // Once a block, not once a frame.
    pending_.erase(0, at);
    return !stopped_;
}

}  // namespace insight::llm
