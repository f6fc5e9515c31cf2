#include "core/net/inflate.h"

#include <zlib.h>

#include <array>
#include <limits>

namespace insight::net {

struct Inflate::State {
    z_stream zlib{};
    bool ready = false;
    std::array<unsigned char, 64U << 10> window{};
};

Inflate::Inflate() : state_(std::make_unique<State>()) {
    // 15 + 32: the largest window, gzip or zlib told apart by their first bytes
    state_->ready = inflateInit2(&state_->zlib, 15 + 32) == Z_OK;
}

Inflate::~Inflate() {
    if (state_->ready) inflateEnd(&state_->zlib);
}

Inflate::Outcome Inflate::feed(std::string_view packed,
                               const std::function<bool(std::string_view)>& out) {
    z_stream& zlib = state_->zlib;
    if (!state_->ready || packed.size() > std::numeric_limits<uInt>::max()) return Outcome::Corrupt;
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    zlib.avail_in = static_cast<uInt>(packed.size());
    bool window_full = false;
    while (zlib.avail_in > 0 || window_full) {
        if (complete_) {  // gzip members may follow each other (RFC 1952)
            if (zlib.avail_in == 0) break;
            if (inflateReset(&zlib) != Z_OK) return Outcome::Corrupt;
            complete_ = false;
        }
        zlib.next_out = state_->window.data();
        zlib.avail_out = static_cast<uInt>(state_->window.size());
        const int code = inflate(&zlib, Z_NO_FLUSH);
        if (code == Z_STREAM_END)
            complete_ = true;
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return Outcome::Corrupt;
        const std::size_t got = state_->window.size() - zlib.avail_out;
        window_full = zlib.avail_out == 0;
        if (got > 0 && !out({reinterpret_cast<const char*>(state_->window.data()), got}))
            return Outcome::Stopped;
        // nothing more without more input
        if (code == Z_BUF_ERROR && got == 0) break;
    }
    return Outcome::MoreWanted;
}

}  // namespace insight::net
