#include "agent/cli/doctor_parties.h"

#include <functional>

#include "agent/notifications/settings.h"
#include "agent/tickets/settings.h"
#include "core/base/side_by_side.h"

namespace insight::cli {
namespace {

constexpr std::chrono::seconds kGithubTime{30};

outreach::Checks unusable(const base::Error& error) {
    return {{"configuration", false, error.text(), "correct it; `config check` says where"}};
}

}  // namespace

std::vector<std::pair<std::string, outreach::Checks>> examine_parties(const config::Config& config,
                                                                      Parts& parts) {
    std::vector<std::pair<std::string, outreach::Checks>> out;
    // Collected first, then asked side by side. `asking` refers into `trackers`, `channels` and
    // `mail`, which live until all have answered.
    std::vector<std::function<outreach::Checks()>> asking;
    const auto add = [&](std::string name, std::function<outreach::Checks()> ask) {
        out.emplace_back(std::move(name), outreach::Checks());
        asking.push_back(std::move(ask));
    };
    const auto trackers = tickets::trackers_of(config.block(tickets::kTicketsBlock.name),
                                               *parts.transport, parts.clock);
    if (!trackers)
        add("tickets", [&] { return unusable(trackers.error()); });
    else
        for (const tickets::NamedTracker& one : *trackers)
            add("tickets/" + one.name, [&one] { return one.tracker->examine(); });
    const auto mail = net::make_mail_transport();
    const auto channels =
        notifications::channels_of(config.block(notifications::kNotificationsBlock.name),
                                   *parts.transport, *mail, parts.clock);
    if (!channels)
        add("notifications", [&] { return unusable(channels.error()); });
    else
        for (const notifications::NamedChannel& one : *channels)
            add("notifications/" + one.name, [&one] { return one.channel->examine(); });
    // As a source a repository is only read; fixes write to it.
    if (parts.github != nullptr && config.block("fixes").own.flag("enabled"))
        for (const github::Watched& one : parts.github->settings().repositories)
            add("fixes/" + one.name.text(), [&parts, &one] {
                outreach::Checks checks;
                for (github::Finding& found :
                     parts.github->examine(one.name, true, base::Deadline::after(kGithubTime)))
                    checks.push_back({std::move(found.what), found.ok, std::move(found.finding),
                                      std::move(found.fix)});
                return checks;
            });
    base::side_by_side(asking.size(), asking.size(),
                       [&](std::size_t i) { out[i].second = asking[i](); });
    return out;
}

}  // namespace insight::cli
