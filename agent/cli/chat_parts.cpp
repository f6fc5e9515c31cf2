#include "agent/cli/chat_parts.h"

#include <re2/re2.h>

namespace insight::cli {
namespace {

// "octo/shop#12" or the address of a pull request, out of a question; empty: it names none.
std::string target_in(const std::string& question) {
    static const re2::RE2 kName(R"(([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+#[0-9]+))");
    static const re2::RE2 kAddress(R"((https?://[^\s]+/pull/[0-9]+))");
    std::string target;
    if (!re2::RE2::PartialMatch(question, kAddress, &target))
        re2::RE2::PartialMatch(question, kName, &target);
    return target;
}

}  // namespace

ChatParts::ChatParts(
    store::Store& store, const base::Clock& clock, const agent::ReasonStage& stage,
    const base::Secret& border_key,
    std::function<base::Result<base::Json>(const std::string& target, bool post)> review)
    : chat(store, clock) {
    if (stage.configured()) {
        agent::chat::Voice voice;
        voice.tiers = stage.tiers();
        voice.settings = stage.settings();
        voice.store = &store;
        voice.rules = stage.rules();
        voice.border_key = border_key;
        talker = std::make_unique<agent::chat::ModelTalker>(std::move(voice), clock);
        chat.use(talker.get());
    }
    if (!review) return;
    chat.use(
        [review = std::move(review)](const std::string& question) -> base::Result<std::string> {
            const std::string target = target_in(question);
            if (target.empty())
                return base::fail(base::ErrorKind::Invalid,
                                  "Name the pull request, like octo/shop#12, and ask again.");
            const auto answer = review(target, false);
            if (!answer) return base::fail(answer.error());
            return base::text_at(*answer, "markdown");
        });
}

}  // namespace insight::cli
