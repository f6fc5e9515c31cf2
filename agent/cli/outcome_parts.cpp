#include "agent/cli/outcome_parts.h"

namespace insight::cli {
namespace {

using outcomes::Landing;

constexpr std::chrono::seconds kAskTime{30};

base::Result<Landing> landing_of(github::Client& github, const base::Json& plan, int number) {
    const auto name = github::parse_name(base::text_at(plan, "repository"));
    if (!name) return base::fail(name.error());
    const auto pull =
        github.repository(*name)->pull_request(number, base::Deadline::after(kAskTime));
    if (!pull) return base::fail(pull.error());
    switch (pull->state) {
        case github::PullState::Merged:
            return Landing{Landing::State::Merged, pull->merged_at};
        case github::PullState::Closed:
            return Landing{Landing::State::Closed, 0};
        case github::PullState::Open:
            break;
    }
    return Landing{};
}

}  // namespace

std::unique_ptr<outcomes::OutcomeWatch> open_outcomes(const config::Config& config, Parts& parts,
                                                      agent::Publishing* publishing) {
    outcomes::Surroundings around;
    if (parts.github)
        around.landed = [&parts](const base::Json& plan, int number) {
            return landing_of(*parts.github, plan, number);
        };
    // The alert's own expression is asked again, at most as long as a collection may take.
    around.signal = [&parts, time = config.pipeline.collect_timeout](
                        const model::Incident& incident, base::Nanos since) {
        return outcomes::ask_signal(*parts.sources, incident, since, parts.clock.now(),
                                    base::Deadline::after(std::chrono::nanoseconds(time)));
    };
    if (publishing != nullptr)
        around.tell = [publishing](const outcomes::Outcome& outcome) {
            agent::Remedy remedy = agent::remedy_of(outcome.plan);
            // What came back, and what could not be told, both count as not held: the network
            // learns of successes that were seen only.
            remedy.success = outcome.stage == outcomes::Stage::Held;
            remedy.verification = outcome.note;
            return publishing->verified(outcome.incident, std::move(remedy));
        };
    return std::make_unique<outcomes::OutcomeWatch>(
        *parts.store, parts.clock, outcomes::settings_from(config.block(outcomes::kBlock.name)),
        std::move(around));
}

}  // namespace insight::cli
