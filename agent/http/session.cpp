// Reading: from the first byte of a request to its handler. Writing is in session_write.cpp.
#include "agent/http/session.h"

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "agent/http/reader.h"
#include "core/base/crypto.h"

namespace insight::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// The sender's id when it is harmless in a header, a log line and a page; else one of ours.
std::string request_id(std::string_view given) {
    const bool sane =
        !given.empty() && given.size() <= 64 && std::all_of(given.begin(), given.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || c == '_' || c == '-';
        });
    return sane ? std::string(given) : "req-" + base::random_hex(8);
}

}  // namespace

Session::Session(Socket socket, House& house)
    : socket_(std::move(socket)),
      house_(house),
      timer_(socket_.get_executor()),
      reader_(std::make_unique<Reader>(house.limits)) {}

Session::~Session() = default;

void Session::start() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        boost::system::error_code error;
        self->socket_.set_option(asio::ip::tcp::no_delay(true), error);
        const auto remote = self->socket_.remote_endpoint(error);
        if (error) return self->finish();
        auto address = remote.address();
        // A socket of both families shows IPv4 as ::ffff:a.b.c.d, and ::ffff:127.0.0.1 is no
        // loopback by name.
        if (address.is_v6() && address.to_v6().is_v4_mapped())
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        self->peer_ = address.to_string();
        self->peer_is_loopback_ = address.is_loopback();
        self->read_next();
    });
}

void Session::stop_gently() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->phase_ == Phase::Waiting) self->finish();
        if (self->phase_ == Phase::Streaming) self->events_->close();
    });
}

void Session::stop_now() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->finish(); });
}

void Session::read_next() {
    if (house_.stopping) return finish();
    request_ = {};
    head_only_ = false;
    framing_ = {};
    request_.peer = peer_;
    request_.peer_is_loopback = peer_is_loopback_;
    auto& parser = reader_->parser.emplace();
    parser.header_limit(static_cast<std::uint32_t>(house_.limits.header_bytes));
    // The true limit is set once the route is known; with none at all Beast 1.74 refuses
    // everything.
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    reader_->has_header = false;
    if (reader_->buffer.size() > 0) {  // pipelined
        phase_ = Phase::Header;
        arm(house_.limits.header);
        return parse();
    }
    phase_ = Phase::Waiting;
    // A new connection that sends nothing is no idle one: nobody opens one without a request.
    arm(served_ == 0 ? house_.limits.header : house_.limits.idle);
    read();
}

void Session::read() {
    reading_ = true;
    socket_.async_read_some(
        reader_->buffer.prepare(kReadSize),
        [self = shared_from_this()](boost::system::error_code error, std::size_t count) {
            self->reading_ = false;
            self->on_read(error, count);
        });
}

void Session::on_read(boost::system::error_code error, std::size_t count) {
    // A read that was cancelled by a timer may still arrive; what came after it decides.
    if (ended_ || phase_ > Phase::Body) return;
    if (error) return finish();
    reader_->buffer.commit(count);
    if (phase_ == Phase::Waiting) {
        phase_ = Phase::Header;
        arm(house_.limits.header);
    }
    parse();
}

void Session::parse() {
    auto& parser = *reader_->parser;
    auto& buffer = reader_->buffer;
    while (true) {
        boost::system::error_code error;
        const std::size_t used = parser.put(buffer.data(), error);
        buffer.consume(used);
        if (error == beast::http::error::need_more || (!error && used == 0)) {
            // What cannot be used and fills the buffer is one endless line of a chunk.
            if (buffer.size() > house_.limits.header_bytes + kReadSize)
                return refuse(400, "bad_request", "the request has an endless line: shorten it");
            return read();
        }
        if (error == beast::http::error::header_limit)
            return refuse(431, "headers_too_large",
                          fmt::format("the request header is larger than {} bytes: send less",
                                      house_.limits.header_bytes));
        if (error == beast::http::error::body_limit)
            return refuse(413, "too_large", "the request body is too large: send less at a time");
        if (error) return refuse(400, "bad_request", describe(error));
        if (!keep_count_of_body())
            return refuse(503, "overloaded",
                          "too many large requests arrive at a time: try again in a few seconds");
        if (!reader_->has_header) {
            if (!parser.is_header_done()) continue;
            reader_->has_header = true;
            if (!accept_header()) return;
            if (!parser.is_done()) return allow_body();
        }
        if (parser.is_done()) return dispatch();
        if (buffer.size() == 0) return read();
    }
}

bool Session::accept_header() {
    auto& parser = *reader_->parser;
    framing_ = {.http_1_0 = parser.get().version() < 11, .keep_alive = parser.keep_alive()};
    const auto refusal = take_header(parser, request_);
    request_.id = request_id(request_.header("x-request-id"));
    head_only_ = request_.method == Method::Head;
    if (refusal) {
        refuse(400, "bad_request", *refusal);
        return false;
    }
    const std::string expect = lower_case(request_.header("expect"));
    if (!expect.empty() && expect != "100-continue") {
        refuse(417, "bad_request", "the only Expect understood is 100-continue");
        return false;
    }
    const Allowance allowed = house_.site.allowance(request_);
    answer_within_ = allowed.answer;
    const auto length = parser.content_length();
    if (length && *length > allowed.body_bytes) {
        refuse(413, "too_large",
               fmt::format("the request body has {} bytes, more than the {} allowed: send less "
                           "at a time",
                           *length, allowed.body_bytes));
        return false;
    }
    parser.body_limit(allowed.body_bytes);
    return true;
}

void Session::allow_body() {
    phase_ = Phase::Body;
    arm(house_.limits.body);
    // Only now: with eager parsing from the start Beast would read a body before its limit is
    // known.
    reader_->parser->eager(true);
    const bool waits = !framing_.http_1_0 && !request_.header("expect").empty();
    if (reader_->buffer.size() > 0) return parse();
    if (!waits) return read();
    static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(kGoOn.data(), kGoOn.size()),
                      [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                          if (self->ended_ || self->phase_ != Phase::Body) return;
                          if (error) return self->finish();
                          self->read();
                      });
}

bool Session::keep_count_of_body() {
    const std::size_t size = reader_->parser->get().body().size();
    // Unsigned on purpose: a body only grows.
    const std::size_t all = house_.body_bytes += size - counted_;
    counted_ = size;
    return all <= house_.limits.all_body_bytes;
}

void Session::forget_body() {
    house_.body_bytes -= counted_;
    counted_ = 0;
}

void Session::dispatch() {
    forget_body();
    request_.body = std::move(reader_->parser->get().body());
    reader_->parser.reset();
    phase_ = Phase::Handling;
    ++served_;
    arm(answer_within_);
    link_ = std::make_shared<Link>(shared_from_this());
    // The id and method stay for an answer of our own, should the handler take too long.
    Request request = std::move(request_);
    request_ = {};
    request_.id = request.id;
    request_.method = request.method;
    try {
        house_.site.handle(std::move(request), Reply(link_, house_.limits));
    } catch (const std::exception& error) {
        spdlog::error("a request handler failed: {}", error.what());
        // The Reply has been destroyed with the handler's arguments and answers 500.
    }
}

}  // namespace insight::http
