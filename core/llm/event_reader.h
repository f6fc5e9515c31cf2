// The body of an answer over HTTP: server-sent events of JSON, or what comes instead of them (one
// JSON document of a server that does not stream, a web page of a proxy).
#pragma once

#include <string>
#include <string_view>

#include "core/llm/answer_builder.h"
#include "core/llm/wire.h"
#include "core/net/sse_reader.h"

namespace insight::llm {

class EventReader : public Reader {
  public:
    EventReader(const Prompt& prompt, const Progress& progress, Peer peer,
                const Settings& settings);

    bool take(std::string_view block) final;
    Outcome<Answer> finish() final;
    [[nodiscard]] bool complete() const final { return answer_.is_complete(); }
    [[nodiscard]] bool shown() const final { return answer_.shown(); }

  protected:
    // One event; unknown ones are ignored. False: the answer is whole, nothing more is read.
    virtual bool event(const base::Json& data) = 0;
    // A whole answer in one document.
    virtual void document(const base::Json& data) = 0;
    // What the dialect puts behind the last event ("[DONE]"); false: nothing more is read.
    virtual bool word(std::string_view data);
    // After the last event and before the answer is made.
    virtual void close() {}

    AnswerBuilder& answer() { return answer_; }
    [[nodiscard]] const Peer& peer() const { return peer_; }

  private:
    enum class Body { Unknown, Events, Document, Page };

    bool take_event(const net::SseEvent& event);

    Peer peer_;
    std::size_t max_document_;
    AnswerBuilder answer_;
    net::SseReader events_;
    Body body_ = Body::Unknown;
    bool flushing_ = false;
    std::string kept_;  // until its kind is known; of a document all of it
};

}  // namespace insight::llm
