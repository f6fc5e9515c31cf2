// review OWNER/REPO#N: what a pull request may do to production.
#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/privacy.h"
#include "agent/review/reviewer.h"

namespace insight::cli {
namespace {

constexpr std::chrono::seconds kTime{60};

}  // namespace

Exit review_pull_request(const Options& options) {
    const auto target = review::parse_target(options.id);
    if (!target) {
        complain(target.error());
        return Exit::Usage;
    }
    const auto config = load_config(options.config);
    if (!config) return complain(config.error());
    auto parts = wire(*config, false);
    if (!parts) return complain(parts.error());
    if ((*parts)->github == nullptr)
        return complain({base::ErrorKind::Invalid,
                         "GitHub is not configured: add the block github, see docs/github.md"});
    review::Reviewer reviewer(*(*parts)->github, (*parts)->store.get(), config->server.external_url,
                              agent::privacy_rules(*config), border_key((*parts)->store.get()));
    const auto answer = reviewer.run(*target, options.post, base::Deadline::after(kTime));
    if (!answer) return complain(answer.error());
    if (options.format == Format::Json)
        print(base::dump_json(to_json(*answer), 2));
    else
        print(answer->markdown);
    if (!answer->comment_url.empty())
        std::fprintf(stderr, "posted: %s\n", answer->comment_url.c_str());
    // In the order of review::Risk; without --fail-on the limit is above all of it.
    const auto level = static_cast<int>(answer->review.risk);
    const int limit = options.fail_on == "low"      ? 0
                      : options.fail_on == "medium" ? 1
                      : options.fail_on == "high"   ? 2
                                                    : 3;
    return level >= limit ? Exit::Findings : Exit::Done;
}

}  // namespace insight::cli
