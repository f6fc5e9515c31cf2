#include "core/mcp/line_splitter.h"

namespace insight::mcp {
namespace {

// room for an id at either end (apparent_id)
constexpr std::size_t kEnds = 256;

}  // namespace

void LineSplitter::feed(std::string_view block) {
    while (!block.empty()) {
        const std::size_t end = block.find('\n');
        keep(block.substr(0, end));
        if (end == std::string_view::npos) return;
        end_line();
        block.remove_prefix(end + 1);
    }
}

void LineSplitter::keep(std::string_view part) {
    if (!overlong_ && line_.size() + part.size() > most_) {
        overlong_ = true;
        line_ += part.substr(0, kEnds);
        cut_.head = line_.substr(0, kEnds);
        cut_.bytes = line_.size() - std::min(part.size(), kEnds);
        std::string().swap(line_);  // gives the memory back
    }
    if (!overlong_) {
        line_ += part;
        return;
    }
    cut_.bytes += part.size();
    cut_.tail += part.substr(part.size() - std::min(part.size(), kEnds));
    if (cut_.tail.size() > kEnds) cut_.tail.erase(0, cut_.tail.size() - kEnds);
}

void LineSplitter::end_line() {
    if (overlong_) {
        overlong_ = false;
        on_overlong(cut_);
        cut_ = {};
        return;
    }
    std::string_view line = line_;
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) on_line(line);
    // one large line shall not hold its memory for good
    if (line_.capacity() > (64U << 10))
        std::string().swap(line_);
    else
        line_.clear();
}

}  // namespace insight::mcp
