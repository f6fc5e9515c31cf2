// How a handler answers: later, from any thread, once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "agent/http/event_stream.h"
#include "agent/http/message.h"

namespace insight::http {

// The connection's side of an answer.
class Answerer {
  public:
    virtual ~Answerer() = default;
    // `make` runs on the connection's own thread, so that the caller only hands on. Without it
    // nobody has answered and nobody will.
    virtual void answer(std::function<Response()> make) = 0;
    virtual void stream(Response head, std::shared_ptr<EventStream> events) = 0;
};

// Between the two: holds the connection until it was answered or has gone. Threads: safe.
class Link {
  public:
    explicit Link(std::shared_ptr<Answerer> to) : to_(std::move(to)) {}
    void answer(std::function<Response()> make);
    bool stream(Response head, std::shared_ptr<EventStream> events);
    // After it has returned, the connection is not touched any more.
    void cut();

  private:
    std::mutex mutex_;
    std::shared_ptr<Answerer> to_;
};

// Copies share one answer: the first call counts, further ones do nothing. When the last copy goes
// unanswered, the client gets a 500: no request is ever left hanging. Threads: safe.
class Reply {
  public:
    Reply(std::shared_ptr<Link> link, const Limits& limits);

    void send(Response response) const;
    void send(std::function<Response()> make) const;
    // Opens an event stream with this status and these headers. The stream has ended already when
    // the client has gone.
    [[nodiscard]] std::shared_ptr<EventStream> stream(Response head) const;
    void stream(Response head, std::shared_ptr<EventStream> events) const;

  private:
    struct Guard;
    std::shared_ptr<Guard> guard_;
};

using Handler = std::function<void(Request, Reply)>;

}  // namespace insight::http
