// Who answers an investigation's questions: models behind budget, border and audit, or the
// recording of what they said.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/ledger.h"
#include "agent/reasoning/recording.h"
#include "core/base/redaction.h"
#include "core/llm/settings.h"
#include "core/store/audit.h"

namespace insight::agent::reasoning {

// Threads: one at a time. Never fails: what went wrong is in the exchange.
class Partner {
  public:
    virtual ~Partner() = default;
    virtual Exchange ask(const llm::Prompt& prompt) = 0;
    // The least that any of its models reads.
    [[nodiscard]] virtual std::int64_t context_tokens() const = 0;
    [[nodiscard]] virtual std::vector<std::string> models() const = 0;
    // The time for the whole investigation is over; a replay says when it was.
    virtual bool out_of_time(const base::Deadline& deadline) = 0;
};

// One model and what it costs. In a list: the wanted one first, then smaller ones for when budget
// or provider do not allow it.
struct Tier {
    llm::Model* model = nullptr;
    std::function<std::optional<llm::Price>(std::string_view model)> price;
};

class LivePartner final : public Partner {
  public:
    // `border` and `audit` may be null. All must outlive it.
    LivePartner(std::vector<Tier> tiers, Ledger& ledger, base::Border* border, store::Audit* audit,
                std::string incident, Recording& recording);

    // Tools whose arguments leave the process: in calls of these nothing hidden is put back, or a
    // planted order could have a secret sent to whoever runs them.
    void strangers(std::set<std::string> tools) { strangers_ = std::move(tools); }

    Exchange ask(const llm::Prompt& prompt) override;
    [[nodiscard]] std::int64_t context_tokens() const override;
    [[nodiscard]] std::vector<std::string> models() const override;
    bool out_of_time(const base::Deadline& deadline) override;

  private:
    bool ask_tier(const Tier& tier, const llm::Prompt& hidden, Exchange& exchange);
    void restore(llm::Turn& turn) const;
    void write_audit(const llm::Prompt& hidden, const std::string& digest,
                     const Exchange& exchange);

    const std::vector<Tier> tiers_;
    Ledger& ledger_;
    base::Border* border_;
    store::Audit* audit_;
    const std::string incident_;
    Recording& recording_;
    std::set<std::string> strangers_;
    std::size_t audited_turns_ = 0;
};

// Answers from a recording, in its order.
class RecordedPartner final : public Partner {
  public:
    explicit RecordedPartner(Recording& recording) : recording_(recording) {}

    Exchange ask(const llm::Prompt& prompt) override;
    [[nodiscard]] std::int64_t context_tokens() const override;
    [[nodiscard]] std::vector<std::string> models() const override;
    bool out_of_time(const base::Deadline& deadline) override;

  private:
    Recording& recording_;
};

}  // namespace insight::agent::reasoning
