// Amazon Bedrock, answer side:
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
#pragma once

#include <map>

#include "core/llm/answer_builder.h"
#include "core/llm/event_stream.h"
#include "core/llm/wire.h"

namespace insight::llm {

class BedrockReader final : public Reader {
  public:
    BedrockReader(const Prompt& prompt, const Progress& progress, Peer peer,
                  const Settings& settings);

    bool take(std::string_view block) override;
    Outcome<Answer> finish() override;
    [[nodiscard]] bool complete() const override { return answer_.is_complete(); }
    [[nodiscard]] bool shown() const override { return answer_.shown(); }

  private:
    bool frame(const Frame& frame);
    void event(std::string_view type, const base::Json& data);
    void delta(std::int64_t index, const base::Json& delta);
    void count(const base::Json& usage);

    const Settings& settings_;
    Peer peer_;
    AnswerBuilder answer_;
    FrameReader frames_;
    std::string head_;                              // the first bytes, to name what is no stream
    std::map<std::int64_t, base::Json> reasoning_;  // reasoningContent blocks by index
    std::size_t kept_ = 0;
};

}  // namespace insight::llm
