#include "core/net/ndjson_reader.h"

#include <fmt/format.h>

namespace insight::net {

NdjsonReader::NdjsonReader(OnLine on_line, std::size_t max_line)
    : on_line_(std::move(on_line)), max_line_(max_line) {}

base::Result<bool> NdjsonReader::feed(std::string_view block) {
    while (!stopped_ && !block.empty()) {
        const std::size_t end = block.find('\n');
        const std::string_view part = block.substr(0, end);
        if (part.size() > max_line_ - pending_.size()) {
            stopped_ = true;
            return base::fail(
                base::ErrorKind::TooLarge,
                fmt::format("a line of the stream is longer than {} bytes", max_line_));
        }
        if (end == std::string_view::npos) {
            pending_ += part;
            break;
        }
        if (pending_.empty()) {  // the usual case, without a copy
            deliver(part);
        } else {
            pending_ += part;
            deliver(pending_);
            pending_.clear();
        }
        block.remove_prefix(end + 1);
    }
    return !stopped_;
}

base::Result<bool> NdjsonReader::finish() {
    if (!stopped_) deliver(pending_);
    pending_.clear();
    return !stopped_;
}

bool NdjsonReader::deliver(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !on_line_(line)) stopped_ = true;
    return !stopped_;
}

}  // namespace insight::net
