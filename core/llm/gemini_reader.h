// Google Gemini, answer side: https://ai.google.dev/api/generate-content#generatecontentresponse
#pragma once

#include "core/llm/event_reader.h"

namespace insight::llm {

class GeminiReader final : public EventReader {
  public:
    GeminiReader(const Prompt& prompt, const Progress& progress, const Peer& peer,
                 const Settings& settings)
        : EventReader(prompt, progress, peer, settings), settings_(settings) {}

  private:
    bool event(const base::Json& data) override;
    void document(const base::Json& data) override;
    void close() override;

    bool error(const base::Json& data);
    void part(const base::Json& part);
    void finished(const base::Json& candidate);
    void count(const base::Json& usage);

    const Settings& settings_;
    std::int64_t calls_ = 0;
    base::Json signatures_ = base::Json::object();  // by place of the call
    std::string text_signature_;
};

}  // namespace insight::llm
