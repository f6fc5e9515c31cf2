// The chat with what this process has: models, budgets, reviews.
#pragma once

#include "agent/chat/chat.h"
#include "agent/chat/model_talker.h"
#include "agent/reason_stage.h"

namespace insight::cli {

// Everything given outlives it. Without a configured model the engine answers alone; without
// `review` ("owner/repo#7") questions about pull requests are told what is missing.
struct ChatParts {
    ChatParts(store::Store& store, const base::Clock& clock, const agent::ReasonStage& stage,
              const base::Secret& border_key,
              std::function<base::Result<base::Json>(const std::string& target, bool post)> review);

    std::unique_ptr<agent::chat::ModelTalker> talker;
    agent::chat::Chat chat;
};

}  // namespace insight::cli
