// A language model as the talker: it looks through the read-only tools of an investigation, inside
// the same budget, behind the same border and audit, and only proven statements become the answer.
#pragma once

#include <set>

#include "agent/chat/talker.h"
#include "agent/chat/window.h"
#include "agent/reasoning/partner.h"
#include "agent/reasoning/settings.h"
#include "agent/reasoning/shelf.h"
#include "core/base/redaction.h"
#include "core/store/audit.h"
#include "core/store/documents.h"

namespace insight::agent::chat {

struct Voice {
    std::vector<reasoning::Tier> tiers;  // the wanted model first, then smaller ones
    reasoning::Settings settings;
    Windows windows;
    store::Documents* found = nullptr;  // evidence that answers cite, kept for whoever opens it
    // The books of the service, which outlive any conversation. Without documents a budget holds
    // for one answer, without an audit chain nothing is written down.
    store::Documents* accounts = nullptr;
    store::Audit* audit = nullptr;
    base::RedactionRules rules;
    base::Secret border_key;
};

// Threads: safe; each answer has its own border, ledger and tools.
class ModelTalker final : public Talker {
  public:
    // Stores and models outlive it.
    ModelTalker(Voice voice, const base::Clock& clock) : voice_(std::move(voice)), clock_(clock) {}

    std::optional<Answer> say(const Question& question, const Conversation& conversation,
                              const base::Json& report, const Answer& draft,
                              base::Deadline deadline, const Progress& progress,
                              std::string& why) override;

  private:
    void add_found_before(const Conversation& conversation, model::Report& known) const;
    void keep_cited(const reasoning::Shelf& shelf, const std::set<std::string>& reported,
                    const std::string& incident, Answer& answer) const;

    const Voice voice_;
    const base::Clock& clock_;
};

}  // namespace insight::agent::chat
