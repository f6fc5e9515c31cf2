#include "core/kubernetes/credentials.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "core/base/text.h"
#include "core/net/authorization.h"

namespace insight::kubernetes {
namespace {

// Bound service account tokens are replaced in their file well before they expire; client-go reads
// it once a minute, too.
constexpr base::Nanos kTokenFileAge = base::kMinute;
// A request may be on its way for some seconds after its credential was judged fresh.
constexpr base::Nanos kBeforeExpiry = 10 * base::kSecond;
constexpr std::chrono::seconds kPluginTime{15};

base::Result<std::string> token_in(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    std::string token = base::one_line(text.str());
    while (!token.empty() && token.back() == ' ') token.pop_back();
    if (!file || token.empty() || token.size() > (64U << 10))
        return base::fail(base::ErrorKind::Denied,
                          fmt::format("the token file {} cannot be read or is empty", path));
    return token;
}

}  // namespace

// Files say no expiry: their age decides. A clock that was set back makes them old as well.
bool Credentials::fresh() const {
    if (!known_) return false;
    const base::Nanos now = clock_.now();
    if (!access_.token_file.empty()) return now - read_at_ < kTokenFileAge && now >= read_at_;
    return expires_ == 0 || now < expires_ - kBeforeExpiry;
}

base::Status Credentials::renew(base::Deadline deadline) {
    Proof next;
    next.tls = access_.tls;
    next.generation = proof_.generation + 1;
    base::Nanos expires = 0;
    std::string token = access_.token.reveal();
    // The file wins over a token written beside it, as in client-go.
    if (!access_.token_file.empty()) {
        auto read = token_in(access_.token_file);
        if (!read) return base::fail(std::move(read.error()));
        token = std::move(*read);
    } else if (access_.exec) {
        auto credential = ask_plugin(access_, deadline.sooner(kPluginTime));
        if (!credential) return base::fail(std::move(credential.error()));
        token = credential->token.reveal();
        if (!credential->certificate_pem.empty()) {
            next.tls.certificate_file.clear();
            next.tls.key_file.clear();
            next.tls.certificate_pem = credential->certificate_pem;
            next.tls.key_pem = credential->key_pem;
        }
        expires = credential->expires;
    }
    if (!token.empty())
        next.authorization = net::bearer(base::Secret(token));
    else if (!access_.user.empty())
        next.authorization = net::basic(access_.user, access_.password);
    // Together, at the end: after a failure the old proof is as old as it was.
    proof_ = std::move(next);
    expires_ = expires;
    read_at_ = clock_.now();
    known_ = true;
    return {};
}

base::Result<Proof> Credentials::proof(base::Deadline deadline) {
    const std::lock_guard lock(mutex_);
    if (!fresh())
        if (auto renewed = renew(deadline); !renewed) return base::fail(renewed.error());
    return proof_;
}

bool Credentials::refused(int generation) {
    const std::lock_guard lock(mutex_);
    if (access_.token_file.empty() && !access_.exec) return false;
    // With another generation somebody has renewed it since that request was made: try that first.
    if (generation == proof_.generation) known_ = false;
    return true;
}

}  // namespace insight::kubernetes
