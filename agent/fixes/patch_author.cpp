#include "agent/fixes/patch_author.h"

#include "agent/fixes/patch_record.h"
#include "agent/known_secrets/learn.h"

namespace insight::fixes {
namespace {

namespace reasoning = agent::reasoning;

constexpr base::Nanos kReading = 2 * base::kMinute;  // files of the repository, and the trial plans

}  // namespace

base::Nanos PatchAuthor::longest() const {
    return 2 * models_.settings().call_timeout + kReading;
}

base::Result<Fix> PatchAuthor::write(PatchWish wish, const store::Snapshot& snapshot,
                                     const Planner& planner, const Repositories& repositories) {
    if (models_.tiers().empty())
        return base::fail(base::ErrorKind::Denied,
                          "no patch by a model: none is configured, add the block llm");
    const reasoning::Settings& settings = models_.settings();
    const std::string& incident = snapshot.incident.id;
    base::Border border(models_.rules(), border_key_);
    agent::learn_secrets(border, snapshot);
    wish.hide = [&border](std::string_view text) { return border.hide(text); };
    wish.max_output_tokens = settings.max_output_tokens;
    wish.call_timeout = settings.call_timeout;

    reasoning::Recording recording;
    reasoning::Ledger ledger(&store_.documents(), settings.budget, incident, clock_);
    reasoning::LivePartner live(models_.tiers(), ledger, &border, &store_.audit(), incident,
                                recording);
    PatchRecord record(store_.documents(), clock_, incident);
    RememberingPartner partner(live, record);
    return ask_for_patch(partner, wish, planner, repositories,
                         base::Deadline::after(std::chrono::nanoseconds(longest())));
}

}  // namespace insight::fixes
