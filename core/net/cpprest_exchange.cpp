#include "core/net/cpprest_exchange.h"

#include <unistd.h>

#include <algorithm>

#include "core/net/cpprest_sink.h"
#include "core/net/tls_context.h"

namespace insight::net {
namespace {

namespace streams = Concurrency::streams;
using SteadyClock = std::chrono::steady_clock;
using web::http::http_request;
using web::http::http_response;

constexpr std::size_t kImpossibleBlock = 1U << 31;  // a chunk size of -1 arrives as 2^64 - 1
constexpr std::size_t kLargestChunk = 64U << 10;
constexpr std::size_t kSlack = 1U << 20;  // headers and framing beside the body
// how often the limits are looked at while bytes move, and while none do
constexpr auto kTick = std::chrono::milliseconds(20);
constexpr auto kQuietTick = std::chrono::milliseconds(100);

std::exception_ptr given_up() {
    return std::make_exception_ptr(web::http::http_exception("the call was ended"));
}

}  // namespace

CpprestExchange::~CpprestExchange() {
    if (watched_ >= 0) close(watched_);
}

void CpprestExchange::connection_chosen(boost::asio::ip::tcp::socket& socket, ssl_st* ssl) {
    const std::scoped_lock lock(mutex_);
    reused_connection_ = socket.is_open();
    // Opened here so that there is a descriptor to watch; cpprest connects it as it is.
    boost::system::error_code ignored;
    if (!reused_connection_ && watchable_)
        socket.open(prefer_ipv6_ ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(),
                    ignored);
    if (watched_ >= 0) close(watched_);
    watched_ = socket.is_open() ? dup(socket.native_handle()) : -1;
    const auto count = count_wire(watched_);
    received_before_ = count ? count->received - count->unread : 0;
    ssl_ = ssl;
    if (ssl == nullptr) return;
    tls_note_ = std::make_shared<TlsNote>();
    watch_tls(ssl, tls_note_);
}

pplx::task<std::size_t> CpprestExchange::offer(const std::uint8_t* data, std::size_t size) {
    const std::scoped_lock lock(mutex_);
    if (size >= kImpossibleBlock) impossible_block_ = true;
    if (abandoned_ || impossible_block_) return pplx::task_from_exception<std::size_t>(given_up());
    block_.emplace(Block{data, size, {}});
    changed_.notify_all();
    return pplx::task<std::size_t>(block_->consumed);
}

void CpprestExchange::released() {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
}

void CpprestExchange::head_arrived(const http_response& response) {
    const std::scoped_lock lock(mutex_);
    head_.emplace();
    head_->status = response.status_code();
    for (const auto& [name, value] : response.headers()) head_->headers.emplace_back(name, value);
    bytes_moved_ = true;
    changed_.notify_all();
}

void CpprestExchange::finished(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
    failure_ = std::move(failure);
    changed_.notify_all();
}

void CpprestExchange::start(web::http::client::http_client& client, const Attempt& attempt) {
    http_request message(attempt.request.method);
    const Tls& tls = attempt.request.tls;
    if (!attempt.request.body.empty()) {
        const std::string& body = attempt.request.body;
        message.set_body(std::vector<unsigned char>(body.begin(), body.end()));
        message.headers().remove("Content-Type");  // headers_to_send has decided it
    }
    for (const auto& [name, value] : attempt.headers) message.headers().add(name, value);
    // cpprest takes the name to send and verify in TLS from here.
    if (!tls.server_name.empty() && attempt.url.tls())
        message.headers().add("Host", tls.server_name);
    message.set_request_uri(web::uri(attempt.url.origin() + attempt.url.target));
    const auto self = shared_from_this();
    message.set_response_stream(
        streams::ostream(streams::streambuf<std::uint8_t>(std::make_shared<CpprestSink>(self))));
    if (live_config_ != nullptr)
        message.set_progress_handler(
            [self, size = attempt.request.body.size()](auto way, auto done) {
                // The request is out; from here on cpprest waits for full blocks of this size.
                const bool sent = way == web::http::message_direction::upload && done >= size;
                if (sent && self->live_config_->chunksize() != 1)
                    self->live_config_->set_chunksize(1);
            });
    // Whatever comes, somebody looks at it: an exception that nobody sees ends the process.
    client.request(message, cancel_.get_token())
        .then([self](const pplx::task<http_response>& head) {
            try {
                const http_response response = head.get();
                self->head_arrived(response);
                response.content_ready().then([self](const pplx::task<http_response>& body) {
                    std::exception_ptr failure;
                    try {
                        static_cast<void>(body.get());
                    } catch (...) {
                        failure = std::current_exception();
                    }
                    self->finished(failure);
                });
            } catch (...) {
                self->finished(std::current_exception());
            }
        });
}

// cpprest reads "exactly one block", which keeps back the last words of a live stream. So the size
// of the next block is what has arrived already, or one byte to wait for.
void CpprestExchange::tune_block_size() {
    if (live_config_ == nullptr) return;
    std::size_t there = 0;
    if (ssl_ != nullptr)
        there = pending_plaintext(ssl_);
    else if (const auto count = count_wire(watched_))
        there = count->unread;
    live_config_->set_chunksize(std::clamp<std::size_t>(there, 1, kLargestChunk));
}

bool CpprestExchange::consume_block(Lock& lock, const Attempt& attempt) {
    const Block block = *block_;
    lock.unlock();
    const bool more = attempt.body.take({reinterpret_cast<const char*>(block.data), block.size});
    lock.lock();
    last_byte_ = SteadyClock::now();  // time that the receiver took is not silence
    if (!more) return false;
    taken_ += block.size;
    block_.reset();
    tune_block_size();
    lock.unlock();
    block.consumed.set(block.size);
    lock.lock();
    return true;
}

std::optional<base::Error> CpprestExchange::limit_reached(const Attempt& attempt) {
    const Request& request = attempt.request;
    if (request.deadline.passed()) return attempt.failure.out_of_time();
    bytes_moved_ = false;
    if (const auto count = count_wire(watched_)) {
        bytes_moved_ = count->received + count->acknowledged != moved_;
        moved_ = count->received + count->acknowledged;
        // What cpprest has read and not handed over: endless headers, or a chunk that claims to be
        // huge. It would keep them all.
        const std::uint64_t read = count->received - count->unread;
        // What is encrypted or framed is more than the body: the slack is for that.
        const std::uint64_t known = received_before_ + taken_ + request.max_body + kSlack;
        if (read > known) return attempt.failure.too_large(request.max_body);
    }
    if (bytes_moved_) last_byte_ = SteadyClock::now();
    if (SteadyClock::now() - last_byte_ >= request.idle_timeout)
        return attempt.failure.silent(request.idle_timeout);
    return std::nullopt;
}

void CpprestExchange::give_up(Lock& lock) {
    abandoned_ = true;
    std::optional<Block> block = std::move(block_);
    block_.reset();
    lock.unlock();  // both call into cpprest
    cancel_.cancel();
    if (block) block->consumed.set_exception(given_up());
    lock.lock();
}

Attempted CpprestExchange::run(web::http::client::http_client& client, const Attempt& attempt,
                               bool& reusable) {
    host_ = attempt.request.tls.server_name.empty() ? attempt.url.host
                                                    : attempt.request.tls.server_name;
    const auto is_ipv6 = [](const std::string& one) { return one.find(':') != std::string::npos; };
    const auto ipv6 = std::count_if(attempt.addresses.begin(), attempt.addresses.end(), is_ipv6);
    prefer_ipv6_ = ipv6 > 0;
    watchable_ = ipv6 == 0 || ipv6 == static_cast<std::ptrdiff_t>(attempt.addresses.size());
    if (attempt.delivery == Delivery::Live)
        // The client is ours alone and the object behind this reference is not const.
        live_config_ = &const_cast<web::http::client::http_client_config&>(client.client_config());
    // After everything that the pool's threads read of this object is set.
    start(client, attempt);

    Response response;
    bool head_taken = false;
    Lock lock(mutex_);
    const auto stop = [&](base::Error error) -> Attempted {
        give_up(lock);
        return {base::fail(std::move(error)), false};
    };
    while (true) {
        if (head_ && !head_taken) {
            head_taken = true;
            response = std::move(*head_);
            if (response.status < 200) {  // cpprest takes an interim answer for the final one
                Attempted again =
                    stop(attempt.failure.needs_curl("early hints and other 1xx answers"));
                again.resend = true;
                return again;
            }
            if (!attempt.body.start(response.status, response.headers))
                return stop(*attempt.body.error());
        }
        if (impossible_block_)
            return stop(attempt.failure.protocol_broken("a chunk size is negative or absurd"));
        if (block_ && head_taken) {
            if (consume_block(lock, attempt)) {
                if (attempt.request.deadline.passed()) return stop(attempt.failure.out_of_time());
                continue;
            }
            if (attempt.body.error()) return stop(*attempt.body.error());
            give_up(lock);  // the receiver has seen enough
            response.body = attempt.body.release();
            return {std::move(response), false};
        }
        if (finished_ && !block_) break;
        if (auto error = limit_reached(attempt)) return stop(std::move(*error));
        const auto tick = bytes_moved_ ? kTick : kQuietTick;
        changed_.wait_for(lock, std::min<std::chrono::nanoseconds>(
                                    {attempt.request.deadline.remaining(), tick,
                                     std::chrono::nanoseconds(attempt.request.idle_timeout)}));
    }
    if (failure_) return {base::fail(explain(attempt.failure)), reused_connection_ && !head_taken};
    attempt.body.finish();
    if (attempt.body.error()) return {base::fail(*attempt.body.error()), false};
    // Only after this the next call finds the connection in the client.
    reusable = changed_.wait_for(lock, kQuietTick, [this] { return released_; });
    response.body = attempt.body.release();
    return {std::move(response), false};
}

base::Error CpprestExchange::explain(const Failure& failure) const {
    try {
        std::rethrow_exception(failure_);
    } catch (const BadTlsFiles& error) {
        return failure.bad_tls_files(error.what());
    } catch (const web::http::http_exception& error) {
        const std::string said = error.what();
        const int code = error.error_code().value();
        const bool openssl = code > (1 << 16);  // packed numbers of OpenSSL are far above errno
        const std::string cause =
            openssl ? said + ": " + openssl_text(static_cast<unsigned long>(code)) : said;
        const std::string complaint = tls_note_ ? tls_note_->text(host_) : "";
        if (!complaint.empty() || said.starts_with("Error in SSL"))
            return failure.untrusted(complaint.empty() ? cause : complaint);
        if (said.starts_with("Invalid")) return failure.protocol_broken(cause);
        if (said.starts_with("Failed to connect") || said.starts_with("Error resolving"))
            return failure.unreachable(cause);
        return failure.broken_off(cause);
    } catch (const std::exception& error) {
        return failure.protocol_broken(error.what());
    } catch (...) {
        return failure.protocol_broken("cpprest gave no reason");
    }
}

}  // namespace insight::net
