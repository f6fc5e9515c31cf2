#include "core/net/body.h"

#include <fmt/format.h>

#include "core/net/header_rules.h"

namespace insight::net {
namespace {

// A redirect's body is read so that its connection can be used again, within reason.
constexpr std::size_t kMaxDiscarded = 64U << 10;

}  // namespace

bool Body::start(int status, const std::vector<Header>& headers) {
    std::size_t header_bytes = 0;
    for (const auto& [name, value] : headers) {
        header_bytes += name.size() + value.size() + 4;
        if (!same_name(name, "Content-Encoding") || value.empty() || same_name(value, "identity"))
            continue;
        if (same_name(value, "gzip") || same_name(value, "x-gzip") || same_name(value, "deflate"))
            inflate_.emplace();
        else
            return give_up(failure_.protocol_broken(
                fmt::format("the body is encoded as {}, which was not asked for", value)));
    }
    if (header_bytes > kMaxHeaders) return give_up(failure_.headers_too_large());
    discard_ = is_redirect(request_, status, headers);
    if (discard_) inflate_.reset();
    return true;
}

bool Body::take(std::string_view block) {
    if (stopped_) return false;
    if (!inflate_) return deliver(block);
    switch (inflate_->feed(block, [this](std::string_view plain) { return deliver(plain); })) {
        case Inflate::Outcome::MoreWanted:
            return true;
        case Inflate::Outcome::Stopped:
            return false;
        case Inflate::Outcome::Corrupt:
            break;
    }
    return give_up(failure_.protocol_broken("the compressed body cannot be unpacked"));
}

void Body::finish() {
    // Without a byte (HEAD, 304) there is nothing that could be incomplete.
    if (inflate_ && size_ > 0 && !stopped_ && !inflate_->complete())
        give_up(failure_.protocol_broken("the compressed body ends too early"));
}

bool Body::deliver(std::string_view block) {
    const std::size_t limit = discard_ ? kMaxDiscarded : request_.max_body;
    // Counted unpacked: a small answer may unfold into a very large one.
    if (block.size() > limit - std::min(size_, limit)) {
        if (!discard_) return give_up(failure_.too_large(limit));
        stopped_ = true;
        return false;
    }
    size_ += block.size();
    if (discard_ || block.empty()) return true;
    try {
        if (sink_ == nullptr)
            kept_ += block;
        else
            stopped_ = !(*sink_)(block);
    } catch (const std::exception& error) {  // must not unwind through a C library
        return give_up(failure_.defect(error.what()));
    } catch (...) {
        return give_up(failure_.defect("an unknown exception"));
    }
    return !stopped_;
}

bool Body::give_up(base::Error error) {
    error_ = std::move(error);
    stopped_ = true;
    return false;
}

}  // namespace insight::net
