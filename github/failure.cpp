#include "github/failure.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"

namespace insight::github {
namespace {

using base::ErrorKind;

// What GitHub says in `message` and `errors`, in one line.
std::string words_of_response(const net::Response& response) {
    const auto json = base::parse_json(response.body.substr(0, 1U << 16), "the error");
    if (!json || !json->is_object()) return {};
    std::string out = base::text_at(*json, "message");
    int shown = 0;
    for (const base::Json& error : base::array_at(*json, "errors")) {
        if (++shown > 3) break;
        std::string one =
            error.is_string() ? error.get<std::string>() : base::text_at(error, "message");
        if (one.empty() && error.is_object())
            one = fmt::format("{} {}", base::text_at(error, "field"), base::text_at(error, "code"));
        out += (out.empty() ? "" : "; ") + one;
    }
    return base::shorten(base::one_line(base::redact(base::clean_utf8(out))), 300);
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string_view holder(Proof proof) {
    return proof == Proof::App ? "the GitHub App" : "the token";
}

base::Error with(ErrorKind kind, const Asked& asked, std::string_view rest,
                 const std::string& words) {
    return {
        kind,
        fmt::format("{} could not be {}: {}", asked.what, asked.writes ? "written" : "read", rest),
        words};
}

// "contents=write; …" of X-Accepted-GitHub-Permissions as "contents: write".
std::string permission(std::string_view header) {
    std::string out(header.substr(0, std::min<std::size_t>(header.find(';'), 200)));
    for (std::size_t at = out.find('='); at != std::string::npos; at = out.find('=', at))
        out.replace(at, 1, ": ");
    return base::one_line(base::clean_utf8(out));
}

base::Error unauthorised(const Asked& asked, const std::string& words) {
    if (asked.proof == Proof::App)
        return with(ErrorKind::Denied, asked,
                    "GitHub refuses the App's signature; check github.appId, github.privateKey and "
                    "this machine's clock",
                    words);
    if (asked.proof == Proof::None)
        return with(ErrorKind::Denied, asked,
                    "GitHub wants to know who asks; configure github.token", words);
    return with(ErrorKind::Denied, asked,
                "GitHub refuses the token: it was revoked, has expired or is not complete; make a "
                "new one and put it where github.token points to",
                words);
}

base::Error forbidden(const Asked& asked, const net::Response& response, const std::string& words) {
    // The most particular reason first: GitHub answers 403 to all of them, and only these headers
    // and words tell them apart.
    if (const auto sso = response.header("X-GitHub-SSO"); sso.starts_with("required"))
        return with(ErrorKind::Denied, asked,
                    "the organisation wants single sign-on; authorise the token for it on GitHub, "
                    "below Settings, Developer settings",
                    words);
    if (has(words, "archived"))
        return with(ErrorKind::Denied, asked,
                    "the repository is archived and read-only; unarchive it on GitHub", words);
    if (const auto needs = permission(response.header("X-Accepted-GitHub-Permissions"));
        !needs.empty())
        return with(
            ErrorKind::Denied, asked,
            fmt::format("{} lacks the permission '{}'; add it on GitHub{}", holder(asked.proof),
                        needs,
                        asked.proof == Proof::App ? " and accept it for the installation" : ""),
            words);
    const auto scopes = response.header("X-Accepted-OAuth-Scopes");
    if (!scopes.empty() && !has(response.header("X-OAuth-Scopes"), scopes))
        return with(ErrorKind::Denied, asked,
                    fmt::format("the token lacks the scope '{}'; add it on GitHub",
                                base::shorten(base::clean_utf8(scopes), 100)),
                    words);
    return with(ErrorKind::Denied, asked,
                fmt::format("GitHub does not let {} do that; give it access on GitHub",
                            asked.proof == Proof::None ? "an unknown caller" : holder(asked.proof)),
                words);
}

// 422: the request was understood and is refused for what the repository is like.
base::Error unprocessable(const Asked& asked, const std::string& words) {
    if (has(words, "already exists") || has(words, "already_exists"))
        return with(ErrorKind::Conflict, asked, "it exists already; use the one that is there",
                    words);
    if (has(words, "not a fast forward"))
        return with(ErrorKind::Conflict, asked, "the branch moved on; look at it again first",
                    words);
    if (has(words, "protected") || has(words, "rule violations"))
        return with(ErrorKind::Denied, asked,
                    "the branch is protected; use another one and open a pull request", words);
    if (has(words, "No commit found") || has(words, "Reference does not exist") ||
        has(words, "Object does not exist"))
        return with(ErrorKind::NotFound, asked, "there is no such commit or branch", words);
    if (has(words, "No commits between"))
        return with(ErrorKind::Invalid, asked, "the branch has no commit that the base lacks",
                    words);
    if (has(words, "Draft pull requests are not supported"))
        return with(ErrorKind::Invalid, asked,
                    "this repository has no drafts; open it as a ready one", words);
    return with(ErrorKind::Invalid, asked, "GitHub refuses it as it stands; its own words say why",
                words);
}

}  // namespace

base::Error failure_of(const Asked& asked, const net::Response& response) {
    const std::string words = words_of_response(response);
    const int status = response.status;
    if (words.empty() && status != 404 && status < 500 &&
        !has(response.header("Content-Type"), "json") && !response.body.empty())
        return not_json(asked, response);
    switch (status) {
        case 401:
            return unauthorised(asked, words);
        case 403:
            return forbidden(asked, response, words);
        // GitHub hides what one may not see behind a 404; one without a message is no GitHub at
        // all.
        case 404:
            if (words.empty())
                return with(ErrorKind::NotFound, asked,
                            fmt::format("{} has no GitHub API; check github.url", asked.origin),
                            "");
            return with(ErrorKind::NotFound, asked,
                        fmt::format("it does not exist, or {} may not see it; check the name and "
                                    "what it has access to",
                                    asked.proof == Proof::None ? "a caller without a token"
                                                               : holder(asked.proof)),
                        words);
        case 409:
            if (has(words, "empty"))
                return with(ErrorKind::NotFound, asked, "the repository has no commit yet", words);
            return with(ErrorKind::Conflict, asked, "it is in another state than expected", words);
        case 410:
            return with(ErrorKind::NotFound, asked,
                        "it is switched off for this repository or was deleted", words);
        case 413:
            return with(ErrorKind::TooLarge, asked, "it is larger than GitHub takes", words);
        case 422:
            return unprocessable(asked, words);
        case 451:
            return with(ErrorKind::Denied, asked, "GitHub has blocked it for legal reasons", words);
        default:
            break;
    }
    // The transport follows redirects of reads; what writes is sent to no address that nobody
    // configured.
    if (status >= 300 && status < 400)
        return with(ErrorKind::NotFound, asked,
                    "the repository has a new name; write it into the configuration", words);
    if (status >= 500)
        return with(ErrorKind::Unavailable, asked,
                    fmt::format("GitHub answers with status {}; try again later", status), words);
    return with(ErrorKind::Invalid, asked, fmt::format("GitHub answers with status {}", status),
                words);
}

base::Error rate_limited(const Asked& asked, const Refusal& refusal, base::Nanos now) {
    const base::Nanos wait = std::max<base::Nanos>(refusal.until - now, 0);
    return with(
        ErrorKind::Unavailable, asked,
        fmt::format("GitHub's {} rate limit is reached; it works again at {} UTC, in {}",
                    refusal.secondary ? "secondary" : "hourly", base::format_clock(refusal.until),
                    base::format_duration(wait)),
        asked.proof == Proof::None ? "without a token there are only 60 requests an hour" : "");
}

base::Error not_json(const Asked& asked, const net::Response& response) {
    const std::string type =
        base::shorten(base::one_line(base::clean_utf8(response.header("Content-Type"))), 60);
    return with(ErrorKind::Corrupt, asked,
                fmt::format("{} answers with {} instead of JSON, as a proxy or a sign-in page "
                            "does; check github.url and the way to it",
                            asked.origin, type.empty() ? "something" : type),
                fmt::format("status {}", response.status));
}

}  // namespace insight::github
