// One model of one provider over the network: attempts within the deadline, concessions to what the
// server does not know, a circuit breaker. Threads: safe.
#pragma once

#include <memory>
#include <string>

#include "core/llm/breaker.h"
#include "core/llm/concessions.h"
#include "core/llm/model.h"
#include "core/llm/retry.h"
#include "core/llm/wire.h"

namespace insight::llm {

class RemoteModel final : public Model {
  public:
    // `patient`: nobody else is asked when this model fails, so that waiting is worth more.
    RemoteModel(Endpoint endpoint, std::unique_ptr<Wire> wire, net::Transport& transport,
                const base::Clock& clock, Pacing pacing, bool patient);

    base::Result<Answer> ask(const Prompt& prompt, const Progress& progress) override;
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::int64_t context_tokens() const override {
        return endpoint_.settings.context_tokens;
    }

  private:
    Outcome<Answer> attempt(const Prompt& prompt, const Progress& progress, base::Deadline deadline,
                            Features& sent, bool& shown);
    [[nodiscard]] Features given_up() const;
    void note(const Failure& failure);

    Endpoint endpoint_;
    std::unique_ptr<Wire> wire_;
    net::Transport& transport_;
    const base::Clock& clock_;
    Pacing pacing_;
    bool patient_;
    std::string name_;
    Peer peer_;
    Breaker breaker_;
    std::atomic<Features> given_up_;  // remembered: the next call does not ask again
};

}  // namespace insight::llm
