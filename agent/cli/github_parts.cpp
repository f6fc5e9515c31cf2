#include "agent/cli/github_parts.h"

#include "agent/outreach/kept_key.h"
#include "agent/privacy.h"
#include "agent/review/reviewer.h"

namespace insight::cli {
namespace {

constexpr std::chrono::seconds kReviewTime{45};

}  // namespace

base::Result<std::unique_ptr<fixes::Service>> open_fixes(const config::Config& config, Parts& parts,
                                                         const agent::ReasonStage& models) {
    // The same key as everywhere, so that a value has the same token in tickets and pull requests.
    auto key = outreach::kept_key(*parts.store, "border");
    if (!key) return base::fail(key.error());
    return fixes::Service::open(config, *parts.store, parts.github.get(), parts.clock,
                                std::move(*key), &models);
}

std::function<base::Result<base::Json>(const std::string& target, bool post)> reviews(
    const config::Config& config, Parts& parts) {
    if (parts.github == nullptr) return {};
    return [&parts, pages = config.server.external_url, rules = agent::privacy_rules(config),
            key = border_key(parts.store.get())](const std::string& text,
                                                 bool post) -> base::Result<base::Json> {
        const auto target = review::parse_target(text);
        if (!target) return base::fail(target.error());
        review::Reviewer reviewer(*parts.github, parts.store.get(), pages, rules, key);
        const auto answer = reviewer.run(*target, post, base::Deadline::after(kReviewTime));
        if (!answer) return base::fail(answer.error());
        return to_json(*answer);
    };
}

}  // namespace insight::cli
