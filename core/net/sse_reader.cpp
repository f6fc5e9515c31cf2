#include "core/net/sse_reader.h"

#include <fmt/format.h>

namespace insight::net {

SseReader::SseReader(OnEvent on_event, std::size_t max_event)
    : on_event_(std::move(on_event)), max_event_(max_event) {}

base::Result<bool> SseReader::feed(std::string_view block) {
    while (!stopped_ && !block.empty()) {
        if (after_return_ && block.front() == '\n') block.remove_prefix(1);
        after_return_ = false;
        const std::size_t end = block.find_first_of("\r\n");
        line_ += block.substr(0, end);
        if (line_.size() + event_.data.size() > max_event_) {
            stopped_ = true;
            return base::fail(
                base::ErrorKind::TooLarge,
                fmt::format("an event of the stream is larger than {} bytes", max_event_));
        }
        if (end == std::string_view::npos) break;
        after_return_ = block[end] == '\r';
        block.remove_prefix(end + 1);
        take_line(line_);
        line_.clear();
    }
    return !stopped_;
}

void SseReader::take_line(std::string_view line) {
    if (first_line_ && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    first_line_ = false;
    if (line.empty()) {
        if (has_data_ && !on_event_(event_)) stopped_ = true;
        event_.type = "message";
        event_.data.clear();
        has_data_ = false;
        return;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        if (has_data_) event_.data += '\n';
        event_.data += value;
        has_data_ = true;
    } else if (field == "event") {
        event_.type = value.empty() ? "message" : value;
    } else if (field == "id" && value.find('\0') == std::string_view::npos) {
        event_.id = value;
    }  // comments (an empty field), "retry" and unknown fields say nothing to us
}

}  // namespace insight::net
