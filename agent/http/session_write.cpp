// Answering: from the handler's answer to its last byte, event streams, and the ways to end.
#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include "agent/http/reader.h"
#include "agent/http/session.h"
#include "core/base/crypto.h"

namespace insight::http {

namespace asio = boost::asio;

void Session::answer(std::function<Response()> make) {
    asio::post(socket_.get_executor(),
               [self = shared_from_this(), make = std::move(make)] { self->on_answer(make); });
}

void Session::stream(Response head, std::shared_ptr<EventStream> events) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), head = std::move(head),
                                        events = std::move(events)]() mutable {
        self->on_stream(std::move(head), std::move(events));
    });
}

// Whoever answers may still be on its way out of the link: until then the connection must live.
void Session::let_go() {
    if (link_ != nullptr) link_->cut();
    link_.reset();
}

void Session::on_answer(const std::function<Response()>& make) {
    if (ended_ || phase_ != Phase::Handling) return;  // it came after the timer
    let_go();
    Response response;
    try {
        if (!make)
            return refuse(500, "internal",
                          "the request could not be answered because of a defect of the server: "
                          "see its log");
        response = make();
    } catch (const std::exception& error) {
        spdlog::error("an answer could not be made: {}", error.what());
        return refuse(500, "internal", "the answer could not be made: see the server's log");
    }
    if (response.delay.count() == 0) return write(std::move(response));
    phase_ = Phase::Delaying;
    arm(response.delay);
    response_ = std::move(response);
}

void Session::refuse(int status, std::string_view code, std::string message) {
    if (request_.id.empty()) request_.id = "req-" + base::random_hex(8);
    forget_body();
    reader_->parser.reset();
    Response response = house_.site.refuse(request_, status, code, std::move(message));
    // What was not read of the request would be taken for the next one.
    response.close = true;
    write(std::move(response));
}

void Session::write(Response response) {
    framing_.keep_alive = framing_.keep_alive && !response.close && !house_.stopping;
    framing_.stream = false;
    response.headers.push_back({"X-Request-Id", request_.id});
    out_head_ = head_bytes(response, framing_);
    const bool bodiless = head_only_ || response.status == 204 || response.status == 304;
    out_body_ = bodiless ? std::string() : std::move(response.body);
    out_done_ = 0;
    phase_ = Phase::Writing;
    write_on();
}

void Session::write_on() {
    const std::size_t head = std::min(out_done_, out_head_.size());
    const std::size_t body = out_done_ - head;
    if (out_done_ == out_head_.size() + out_body_.size()) return written();
    const std::array<asio::const_buffer, 2> rest{
        asio::buffer(out_head_.data() + head, out_head_.size() - head),
        asio::buffer(out_body_.data() + body, out_body_.size() - body)};
    // Armed anew for each piece: a slow reader may take long, one that has stopped may not.
    arm(house_.limits.stall);
    writing_ = true;
    socket_.async_write_some(
        rest, [self = shared_from_this()](boost::system::error_code error, std::size_t count) {
            self->writing_ = false;
            if (self->ended_) return;
            if (error) return self->finish();
            self->out_done_ += count;
            self->write_on();
        });
}

void Session::written() {
    out_head_.clear();
    out_body_ = {};
    if (phase_ == Phase::Streaming) return last_chunk_ ? drain() : flush();
    if (framing_.keep_alive) return read_next();
    drain();
}

void Session::on_stream(Response head, std::shared_ptr<EventStream> events) {
    if (ended_ || phase_ != Phase::Handling) return events->detach();
    let_go();
    // A stream ends with its connection; HTTP/1.0 has no other end.
    framing_.keep_alive = false;
    framing_.stream = true;
    head.headers.push_back({"X-Request-Id", request_.id});
    out_head_ = head_bytes(head, framing_);
    out_done_ = 0;
    if (head_only_) {
        events->detach();
        phase_ = Phase::Writing;
        return write_on();
    }
    phase_ = Phase::Streaming;
    events_ = std::move(events);
    if (house_.stopping) events_->close();
    write_on();
    watch();
    events_->attach([self = shared_from_this()] {
        asio::post(self->socket_.get_executor(), [self] { self->flush(); });
    });
}

void Session::flush() {
    if (ended_ || writing_ || phase_ != Phase::Streaming || last_chunk_) return;
    const EventStream::Batch batch = events_->take();
    // Without the last chunk, so that the reader sees that something is missing.
    if (batch.cut) return finish();
    out_head_ = framing_.http_1_0 ? batch.bytes : chunk_bytes(batch.bytes);
    out_done_ = 0;
    last_chunk_ = batch.last;
    if (last_chunk_ && !framing_.http_1_0) out_head_ += kLastChunk;
    if (out_head_.empty() && !last_chunk_) return arm(house_.limits.heartbeat);
    write_on();
}

void Session::watch() {
    reading_ = true;
    reader_->buffer.clear();
    socket_.async_read_some(
        reader_->buffer.prepare(1024),
        [self = shared_from_this()](boost::system::error_code error, std::size_t) {
            self->reading_ = false;
            if (self->ended_) return;
            if (error) return self->finish();
            if (self->phase_ == Phase::Streaming) return self->watch();
            if (self->phase_ == Phase::Draining) self->drain();
        });
}

// Closing with unread input would reset the connection and take our answer with it, so the sender
// is heard out for a while.
void Session::drain() {
    boost::system::error_code error;
    if (phase_ != Phase::Draining) {
        phase_ = Phase::Draining;
        socket_.shutdown(Socket::shutdown_send, error);
        if (error) return finish();
        arm(house_.limits.drain);
        reader_->buffer.clear();
    }
    if (reading_) return;  // the watch's read, which comes back here
    reading_ = true;
    socket_.async_read_some(
        reader_->buffer.prepare(kReadSize),
        [self = shared_from_this()](boost::system::error_code failed, std::size_t count) {
            self->reading_ = false;
            if (self->ended_) return;
            self->drained_ += count;
            if (failed || self->drained_ > self->house_.limits.drained_bytes) return self->finish();
            self->drain();
        });
}

void Session::finish() {
    if (ended_) return;
    ended_ = true;
    forget_body();
    timer_.cancel();
    let_go();
    if (events_ != nullptr) events_->detach();
    boost::system::error_code ignored;
    socket_.close(ignored);
    house_.left(this);
}

void Session::arm(Limits::Length length) {
    timer_.expires_after(length);
    // An expiry that was already on its way when the timer was set anew finds a later expiry.
    timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (error || self->ended_) return;
        if (self->timer_.expiry() > std::chrono::steady_clock::now()) return;
        self->expired();
    });
}

void Session::expired() {
    boost::system::error_code ignored;
    switch (phase_) {
        case Phase::Header:
        case Phase::Body:
            socket_.cancel(ignored);  // the read; nothing else is pending
            return refuse(408, "timeout", "the request did not arrive in time: send it at once");
        case Phase::Handling:
            let_go();
            return refuse(503, "timeout", "the answer took too long: try again later");
        case Phase::Delaying:
            return write(std::move(response_));
        case Phase::Streaming:
            if (writing_) return finish();  // stalled
            out_head_ = framing_.http_1_0 ? ":\n\n" : chunk_bytes(":\n\n");
            out_done_ = 0;
            return write_on();
        case Phase::Waiting:
        case Phase::Writing:
        case Phase::Draining:
            return finish();
    }
}

}  // namespace insight::http
