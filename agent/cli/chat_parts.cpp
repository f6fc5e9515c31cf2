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

ChatParts::ChatParts(ChatSeat seat, const base::Clock& clock) : chat(seat.store, clock) {
    chat.use(seat.zone);
    if (seat.stage.configured()) {
        agent::chat::Voice voice;
        voice.tiers = seat.stage.tiers();
        voice.settings = seat.stage.settings();
        voice.windows = std::move(seat.windows);
        voice.found = &seat.store.documents();
        if (seat.books != nullptr) {
            voice.accounts = &seat.books->documents();
            voice.audit = &seat.books->audit();
        }
        voice.rules = seat.stage.rules();
        voice.border_key = std::move(seat.border_key);
        talker = std::make_unique<agent::chat::ModelTalker>(std::move(voice), clock);
        chat.use(talker.get());
    }
    if (!seat.review) return;
    chat.use([review = std::move(seat.review)](
                 const std::string& question) -> base::Result<std::string> {
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
