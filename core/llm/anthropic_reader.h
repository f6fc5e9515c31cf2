// Anthropic Messages, answer side: https://platform.claude.com/docs/en/build-with-claude/streaming
#pragma once

#include "core/llm/event_reader.h"

namespace insight::llm {

class AnthropicReader final : public EventReader {
  public:
    AnthropicReader(const Prompt& prompt, const Progress& progress, const Peer& peer,
                    const Settings& settings)
        : EventReader(prompt, progress, peer, settings), settings_(settings) {}

  private:
    bool event(const base::Json& data) override;
    void document(const base::Json& data) override;
    void close() override;

    void block(std::int64_t index, const base::Json& block);
    void delta(std::int64_t index, const base::Json& delta);
    void stopped(const base::Json& message);
    void count(const base::Json& usage);
    void error(const base::Json& data);

    const Settings& settings_;
    std::map<std::int64_t, base::Json> parts_;  // the order of blocks, and signed thinking whole
};

}  // namespace insight::llm
