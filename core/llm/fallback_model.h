// A model made of models: the first that answers. Threads: safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/llm/model.h"

namespace insight::llm {

class FallbackModel final : public Model {
  public:
    // At least one, in the order in which they are asked. Each but the last gets a part of what is
    // left of the deadline, so that the next one has time, too.
    explicit FallbackModel(std::vector<std::unique_ptr<Model>> models);

    // Errors: that of the first, with what the others said as its cause. Its kind is Unavailable
    // where they differ.
    base::Result<Answer> ask(const Prompt& prompt, const Progress& progress) override;
    // the first one's
    [[nodiscard]] std::string_view name() const override { return models_.front()->name(); }
    // the smallest: a prompt must fit whoever answers it
    [[nodiscard]] std::int64_t context_tokens() const override;

  private:
    std::vector<std::unique_ptr<Model>> models_;
};

}  // namespace insight::llm
