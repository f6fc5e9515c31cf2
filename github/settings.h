// The block `github` of the configuration.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/block.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/net/transport.h"
#include "github/data.h"

namespace insight::github {

// One repository whose commits, deployments and releases are looked at.
struct Watched {
    RepositoryName name;
    std::string branch;   // empty: the repository's default branch
    std::string service;  // what it is the code of, where `paths` does not say otherwise
    // "services/cart" → "cart": a folder, a file or a glob (`*` within a folder, `**` across); the
    // longest match counts
    std::map<std::string, std::string> paths;
    std::vector<std::string> environments;  // deployments to these count; empty: to all
};

struct Settings {
    std::string url;  // as configured; see Address
    base::Secret token;
    std::string app_id;  // or the App's client id
    base::Secret private_key;
    std::string installation;  // empty: found by repository
    net::Tls tls;
    base::Nanos timeout = 15 * base::kSecond;  // of one request
    base::Nanos write_gap = base::kSecond;     // between requests that write, as GitHub asks for
    base::Nanos lookback = 24 * base::kHour;   // commits this long before the window count, too
    int max_commits = 100;                     // a repository and window
    int max_diffs = 40;                        // of them, the newest ones that come with their diff
    std::vector<Watched> repositories;
};

extern const config::Block kBlock;

// Errors: Invalid: a name that is none, a token and an App at once, an App without its key.
base::Result<Settings> settings_from(const config::BlockSettings& block);

// The service whose code a file is; empty when nothing says so.
std::string service_of(const Watched& watched, const std::string& path);

}  // namespace insight::github
