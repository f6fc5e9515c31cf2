// Where cpprest writes the body of an answer. Private to the cpprest adapter: includes cpprest.
//
// cpprest's own buffers trust the sizes they are given: a negative chunk size ends the process.
// This one looks at nothing and hands everything to the exchange. Its end says that cpprest let go
// of the request, and that the connection is back in its client.
#pragma once

#include <memory>

#include "core/net/cpprest_exchange.h"

namespace insight::net {

class CpprestSink final
    : public Concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
  public:
    explicit CpprestSink(std::shared_ptr<CpprestExchange> exchange)
        : streambuf_state_manager(std::ios_base::out), exchange_(std::move(exchange)) {}
    ~CpprestSink() override { exchange_->released(); }

    pplx::task<std::size_t> putn_nocopy(const std::uint8_t* data, std::size_t size) override {
        return exchange_->offer(data, size);
    }
    bool can_seek() const override { return false; }
    bool has_size() const override { return false; }
    std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
    void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
    std::size_t in_avail() const override { return 0; }
    pos_type getpos(std::ios_base::openmode) const override { return traits::eof(); }
    pos_type seekpos(pos_type, std::ios_base::openmode) override { return traits::eof(); }
    pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
        return traits::eof();
    }
    bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
    void release(std::uint8_t*, std::size_t) override {}

  protected:
    // Reading is never asked of a sink; these only complete the interface.
    pplx::task<int_type> _putc(std::uint8_t byte) override {
        return exchange_->offer(&byte, 1).then([byte](std::size_t) { return int_type{byte}; });
    }
    pplx::task<std::size_t> _putn(const std::uint8_t* data, std::size_t size) override {
        return exchange_->offer(data, size);
    }
    pplx::task<int_type> _bumpc() override { return nothing(); }
    int_type _sbumpc() override { return traits::eof(); }
    pplx::task<int_type> _getc() override { return nothing(); }
    int_type _sgetc() override { return traits::eof(); }
    pplx::task<int_type> _nextc() override { return nothing(); }
    pplx::task<int_type> _ungetc() override { return nothing(); }
    pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override {
        return pplx::task_from_result<std::size_t>(0);
    }
    std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }
    pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
    std::uint8_t* _alloc(std::size_t) override { return nullptr; }
    void _commit(std::size_t) override {}

  private:
    static pplx::task<int_type> nothing() {
        return pplx::task_from_result<int_type>(traits::eof());
    }
    std::shared_ptr<CpprestExchange> exchange_;
};

}  // namespace insight::net
