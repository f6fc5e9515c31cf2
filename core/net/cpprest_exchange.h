// One request and its answer over cpprest, between the thread of the caller and cpprest's pool.
// Private to the cpprest adapter: includes cpprest.
//
// The pool only hands blocks over; every byte is looked at on the thread of the caller, who also
// keeps the deadline. So a slow or nested receiver never blocks the pool, whose threads are few.
// An exchange that is given up is left behind: what the pool still touches is owned by it.
#pragma once

#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "core/net/cpprest_tls.h"
#include "core/net/guarded_transport.h"
#include "core/net/wire_count.h"

namespace insight::net {

class CpprestExchange : public std::enable_shared_from_this<CpprestExchange> {
  public:
    CpprestExchange() = default;
    ~CpprestExchange();
    CpprestExchange(const CpprestExchange&) = delete;
    CpprestExchange& operator=(const CpprestExchange&) = delete;

    // The caller's side. `reusable` is set when the client's connection may carry another request.
    Attempted run(web::http::client::http_client& client, const Attempt& attempt, bool& reusable);

    // The pool's side.
    void connection_chosen(boost::asio::ip::tcp::socket& socket, ssl_st* ssl);
    pplx::task<std::size_t> offer(const std::uint8_t* data, std::size_t size);
    void released();  // cpprest has let go of the request, and its connection is back in the client

  private:
    struct Block {
        const std::uint8_t* data;
        std::size_t size;
        pplx::task_completion_event<std::size_t> consumed;
    };
    using Lock = std::unique_lock<std::mutex>;

    void start(web::http::client::http_client& client, const Attempt& attempt);
    void head_arrived(const web::http::http_response& response);
    void finished(std::exception_ptr failure);
    bool consume_block(Lock& lock, const Attempt& attempt);
    std::optional<base::Error> limit_reached(const Attempt& attempt);
    void tune_block_size();
    void give_up(Lock& lock);
    base::Error explain(const Failure& failure) const;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::optional<Response> head_;
    std::optional<Block> block_;
    std::exception_ptr failure_;
    bool finished_ = false;
    bool abandoned_ = false;
    bool released_ = false;
    bool impossible_block_ = false;
    bool reused_connection_ = false;
    int watched_ = -1;  // a duplicate of the connection's socket, so that it stays ours to ask
    ssl_st* ssl_ = nullptr;
    std::uint64_t received_before_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t moved_ = 0;
    bool bytes_moved_ = false;
    std::chrono::steady_clock::time_point last_byte_ = std::chrono::steady_clock::now();
    std::shared_ptr<TlsNote> tls_note_;

    std::string host_;
    bool watchable_ = false;  // all addresses are of one family, so the socket may be opened early
    bool prefer_ipv6_ = false;
    web::http::client::http_client_config* live_config_ = nullptr;
    pplx::cancellation_token_source cancel_;
};

}  // namespace insight::net
