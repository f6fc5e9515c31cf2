// Chat completions, answer side: https://platform.openai.com/docs/api-reference/chat-streaming
#pragma once

#include "core/llm/event_reader.h"

namespace insight::llm {

class OpenAiReader final : public EventReader {
  public:
    OpenAiReader(const Prompt& prompt, const Progress& progress, const Peer& peer,
                 const Settings& settings)
        : EventReader(prompt, progress, peer, settings), settings_(settings) {}

  private:
    bool event(const base::Json& data) override;
    bool word(std::string_view data) override;
    void document(const base::Json& data) override;
    void close() override;

    bool error(const base::Json& data);
    // `message` is a delta or a whole message: the same keys
    void message(const base::Json& message);
    void call(const base::Json& call);
    std::int64_t place_of(const base::Json& call);
    void reasoning(const base::Json& message);
    void finished(const base::Json& choice);
    void count(const base::Json& data);

    const Settings& settings_;
    base::Json details_ = base::Json::array();  // OpenRouter's reasoning, piece by piece
    std::string reasoning_;                     // reasoning_content
    base::Json extra_ = base::Json::object();   // extra_content of calls, by place
    std::size_t kept_ = 0;                      // bytes of both
    std::int64_t last_place_ = -1;
    std::map<std::string, std::int64_t> places_;  // of calls that come without an index
};

}  // namespace insight::llm
