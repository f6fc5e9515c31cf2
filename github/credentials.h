// Proof of who we are: nothing, a token, or a GitHub App that signs for a token of an hour.
// Source: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App".
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "github/failure.h"

namespace insight::github {

// {iat, exp, iss} signed with RS256; a minute early and nine minutes long, since clocks differ and
// GitHub takes ten. Errors: Invalid.
base::Result<base::Secret> app_token(const std::string& app_id, const base::Secret& private_key,
                                     base::Nanos now);

// A token of an installation and until when it holds.
struct InstallationToken {
    base::Secret token;
    base::Nanos expires_at = 0;
    base::Json permissions;  // {"contents": "write", …}
};

// Threads: any. One fetch at a time; the others wait for it.
class InstallationTokens {
  public:
    using Fetch = std::function<base::Result<InstallationToken>(const std::string& installation)>;

    // The kept token while it holds for some minutes more, else a new one. Errors: those of
    // `fetch`, Timeout.
    base::Result<InstallationToken> get(const std::string& installation, base::Nanos now,
                                        base::Deadline deadline, const Fetch& fetch);
    // After a 401: it was revoked. Only if it is still the one kept.
    void forget(const std::string& installation, const base::Secret& token);

  private:
    std::timed_mutex mutex_;
    std::map<std::string, InstallationToken> kept_;
};

}  // namespace insight::github
