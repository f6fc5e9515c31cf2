// Frames of application/vnd.amazon.eventstream out of blocks that are cut anywhere:
// https://smithy.io/2.0/aws/amazon-eventstream.html
// Each frame: total length, headers' length, CRC-32 of both, headers, payload, CRC-32 of it all;
// numbers are big-endian. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::llm {

struct Frame {
    std::map<std::string, std::string> headers;  // those of type string; others are skipped
    std::string payload;

    // empty when absent
    [[nodiscard]] std::string_view header(const std::string& name) const;
};

class FrameReader {
  public:
    // False stops.
    using OnFrame = std::function<bool(const Frame& frame)>;

    explicit FrameReader(OnFrame on_frame, std::size_t max_frame = 4U << 20);

    // False when the receiver stopped, now or before. A frame that the stream's end cuts off is
    // dropped. Errors: Corrupt (a checksum, an impossible length), TooLarge.
    base::Result<bool> feed(std::string_view block);

  private:
    base::Result<Frame> read(std::string_view bytes) const;

    OnFrame on_frame_;
    std::size_t max_frame_;
    std::string pending_;
    bool stopped_ = false;
};

}  // namespace insight::llm
