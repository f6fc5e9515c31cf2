#include "github/settings.h"

#include <fmt/format.h>

#include <array>

#include "config/fill.h"
#include "github/glob.h"
#include "github/repository.h"

namespace insight::github {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array kFields{
    Field{"url", FieldType::Url, "https://api.github.com",
          "github.com, or the address of an Enterprise server (https://github.example.com)"},
    Field{"token", FieldType::Secret, "", "personal access token, fine-grained or classic"},
    Field{"appId", FieldType::Text, "", "id or client id of a GitHub App, instead of a token"},
    Field{"privateKey", FieldType::Secret, "", "the App's private key (PEM)"},
    Field{"installation", FieldType::Text, "",
          "number of the App's installation; found by repository when left out"},
    Field{"caFile", FieldType::Text, "", "PEM file with the authorities to trust"},
    Field{"timeout", FieldType::Duration, "15s", "limit of one request"},
    Field{"writeInterval", FieldType::Duration, "1s",
          "pause between requests that write; GitHub asks for a second"},
    Field{"lookback", FieldType::Duration, "24h",
          "how long before the window commits still count, since they may be deployed in it"},
    Field{"maxCommits", FieldType::Count, "100", "commits of one repository a window, at most"},
    Field{"maxDiffs", FieldType::Count, "40",
          "of them, the newest ones that are fetched with their diff (a request each)"},
};
constexpr std::array kLimits{
    config::Limit{"maxCommits", 1, 1000},
    config::Limit{"maxDiffs", 0, 300},
};
constexpr std::array kRepositoryFields{
    Field{"name", FieldType::Text, "", "owner/repo", true},
    Field{"branch", FieldType::Text, "", "the branch that is deployed; empty: the default branch"},
    Field{"service", FieldType::Text, "", "the service this repository is the code of"},
    Field{"paths", FieldType::TextMap, "",
          "of a repository with several services: folder, file or glob to service"},
    Field{"environments", FieldType::TextList, "",
          "deployments to these environments count; empty: to all"},
};
constexpr std::array kLists{
    config::BlockList{"repositories",
                      "repositories (name: owner/repo) whose changes are looked at",
                      kRepositoryFields,
                      {}},
};

base::Result<Watched> watched_from(const config::Instance& instance) {
    auto name = parse_name(instance.name());
    if (!name)
        return base::fail(base::ErrorKind::Invalid, "github.repositories: " + name.error().message);
    Watched out;
    out.name = std::move(*name);
    config::fill(instance, {{"branch", out.branch},
                            {"service", out.service},
                            {"paths", out.paths},
                            {"environments", out.environments}});
    return out;
}

}  // namespace

constexpr config::Block kBlock{.name = "github",
                               .purpose = "commits, deployments and pull requests on GitHub",
                               .fields = kFields,
                               .limits = kLimits,
                               .lists = kLists};

base::Result<Settings> settings_from(const config::BlockSettings& block) {
    Settings out;
    config::fill(block.own, {{"url", out.url},
                             {"token", out.token},
                             {"appId", out.app_id},
                             {"privateKey", out.private_key},
                             {"installation", out.installation},
                             {"caFile", out.tls.ca_file},
                             {"timeout", out.timeout},
                             {"writeInterval", out.write_gap},
                             {"lookback", out.lookback},
                             {"maxCommits", out.max_commits},
                             {"maxDiffs", out.max_diffs}});
    const auto wrong = [](std::string message) {
        return base::fail(base::ErrorKind::Invalid, "github: " + std::move(message));
    };
    if (!out.token.empty() && !out.app_id.empty())
        return wrong("give either token, or appId and privateKey, not both");
    if (out.app_id.empty() != out.private_key.empty())
        return wrong("an App needs both appId and privateKey");
    if (out.installation.find_first_not_of("0123456789") != std::string::npos)
        return wrong("installation must be a number");
    for (const config::Instance& instance : block.list("repositories")) {
        auto one = watched_from(instance);
        if (!one) return base::fail(one.error());
        out.repositories.push_back(std::move(*one));
    }
    return out;
}

std::string service_of(const Watched& watched, const std::string& path) {
    std::string best = watched.service;
    std::size_t length = 0;
    for (const auto& [pattern, service] : watched.paths)
        // The longest pattern is the most particular one; of equals the last in the order of the
        // alphabet.
        if (pattern.size() >= length && covers(pattern, path)) {
            best = service;
            length = pattern.size();
        }
    return best;
}

}  // namespace insight::github
