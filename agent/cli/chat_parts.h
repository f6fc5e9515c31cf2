// The chat with what this process has: models, budgets, reviews.
#pragma once

#include "agent/chat/chat.h"
#include "agent/chat/model_talker.h"
#include "agent/reason_stage.h"

namespace insight::cli {

// Everything given outlives it. Without a configured model the engine answers alone; without
// `review` ("owner/repo#7") questions about pull requests are told what is missing.
struct ChatSeat {
    store::Store& store;              // conversations, and what was found in them
    agent::chat::Windows windows;     // what a model may look into
    store::Store* books = nullptr;    // budgets and the audit chain; none: nothing is kept
    const agent::ReasonStage& stage;  // models and their limits
    base::Secret border_key;          // the same value, the same token as elsewhere
    const agent::chat::Zone& zone;    // of times in questions
    std::function<base::Result<base::Json>(const std::string& target, bool post)> review{};
};

struct ChatParts {
    ChatParts(ChatSeat seat, const base::Clock& clock);

    std::unique_ptr<agent::chat::ModelTalker> talker;
    agent::chat::Chat chat;
};

}  // namespace insight::cli
