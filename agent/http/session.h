// One connection: reads requests one after the other, answers each before it reads the next.
//
// Everything below runs on the connection's strand. The buffer is bounded, every wait has a timer,
// and the session lives exactly as long as something is pending for it.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <memory>

#include "agent/http/limits.h"
#include "agent/http/site.h"
#include "agent/http/wire.h"

namespace insight::http {

class Session;

// What all connections of one endpoint share; outlives them.
struct House {
    Limits limits;
    Site site;
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> body_bytes{0};    // read so far, of all requests being read
    std::function<void(const Session*)> left;  // once per session, when its socket is closed
};

class Session final : public Answerer, public std::enable_shared_from_this<Session> {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    struct Reader;  // the parser and its buffer, kept out of this header: they are slow to compile

    Session(Socket socket, House& house);
    ~Session() override;

    void start();
    void stop_gently();  // ends when nothing is running; any thread
    void stop_now();     // any thread

    void answer(std::function<Response()> make) override;
    void stream(Response head, std::shared_ptr<EventStream> events) override;

  private:
    // What the connection waits for; decides what the timer's end means.
    enum class Phase { Waiting, Header, Body, Handling, Delaying, Writing, Streaming, Draining };
    void read_next();
    void read();
    void on_read(boost::system::error_code error, std::size_t count);
    void parse();
    bool accept_header();  // false: it was refused
    void allow_body();
    bool keep_count_of_body();  // false: all bodies together are too large
    void forget_body();
    void dispatch();

    void let_go();  // of the link
    void on_answer(const std::function<Response()>& make);
    void refuse(int status, std::string_view code, std::string message);
    void write(Response response);
    void write_on();
    void written();

    void on_stream(Response head, std::shared_ptr<EventStream> events);
    void flush();
    void watch();  // notices that the reader of a stream has gone
    void drain();
    void finish();

    void arm(Limits::Length length);
    void expired();

    Socket socket_;
    House& house_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<Reader> reader_;
    Phase phase_ = Phase::Waiting;
    bool ended_ = false;
    bool reading_ = false;
    bool writing_ = false;
    std::uint64_t served_ = 0;
    std::size_t drained_ = 0;
    std::size_t counted_ = 0;  // our part of House::body_bytes
    Limits::Length answer_within_{};

    Request request_;
    bool head_only_ = false;
    Framing framing_;
    std::string peer_;
    bool peer_is_loopback_ = false;

    std::shared_ptr<Link> link_;
    Response response_;  // waiting for its delay
    std::string out_head_;
    std::string out_body_;
    std::size_t out_done_ = 0;
    std::shared_ptr<EventStream> events_;
    bool last_chunk_ = false;
};

}  // namespace insight::http
