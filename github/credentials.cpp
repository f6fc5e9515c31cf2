#include "github/credentials.h"

#include "core/base/base64.h"
#include "core/base/signature.h"

namespace insight::github {
namespace {

// GitHub's advice: a minute back against clocks that drift apart, and at most ten minutes ahead.
constexpr base::Nanos kEarly = base::kMinute;
constexpr base::Nanos kLong = 9 * base::kMinute;
constexpr base::Nanos kReserve = 5 * base::kMinute;  // a token about to end is not begun with

}  // namespace

base::Result<base::Secret> app_token(const std::string& app_id, const base::Secret& private_key,
                                     base::Nanos now) {
    const base::Json claims{{"iat", (now - kEarly) / base::kSecond},
                            {"exp", (now + kLong) / base::kSecond},
                            {"iss", app_id}};
    const std::string text = base::base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
                             base::base64url(base::dump_json(claims));
    const auto signature = base::sign_rs256(private_key, text);
    if (!signature)
        return base::fail(signature.error().kind,
                          "github.privateKey cannot be used: " + signature.error().message);
    return base::Secret(text + "." + base::base64url(*signature));
}

base::Result<InstallationToken> InstallationTokens::get(const std::string& installation,
                                                        base::Nanos now, base::Deadline deadline,
                                                        const Fetch& fetch) {
    // Held while a token is fetched: the others wait for it instead of fetching their own.
    const std::unique_lock lock(mutex_, deadline.point());
    if (!lock.owns_lock())
        return base::fail(base::ErrorKind::Timeout,
                          "GitHub did not give the App a token in time; try again");
    const auto found = kept_.find(installation);
    if (found != kept_.end() && found->second.expires_at - kReserve > now) return found->second;
    auto fresh = fetch(installation);
    if (fresh) kept_[installation] = *fresh;
    return fresh;
}

void InstallationTokens::forget(const std::string& installation, const base::Secret& token) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(installation);
    // Only the one that was refused: another thread may have fetched a new one meanwhile.
    if (found != kept_.end() && found->second.token.reveal() == token.reveal()) kept_.erase(found);
}

}  // namespace insight::github
