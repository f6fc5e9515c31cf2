// What doctor says about GitHub.
#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "github/client.h"

namespace insight::github {
namespace {

// What is used, the permission of fine-grained tokens and Apps it needs, and the request that
// shows whether it is there.
struct Need {
    std::string_view purpose;
    std::string_view permission;
    std::string_view access;
    std::string_view probe;  // below /repos/OWNER/REPO; empty: only told, never tried
};
constexpr std::array kReading{
    Need{"read commits and contents", "contents", "read", "/commits?per_page=1"},
    Need{"read deployments", "deployments", "read", "/deployments?per_page=1"},
    Need{"read pull requests", "pull_requests", "read", "/pulls?per_page=1"},
};
constexpr std::array kWriting{
    Need{"write branches and commits", "contents", "write", ""},
    Need{"open pull requests, comment on them", "pull_requests", "write", ""},
};

// "Deployments: read", as GitHub's page of permissions has it
std::string words_of_need(const Need& need) {
    std::string name(need.permission);
    for (char& c : name) c = c == '_' ? ' ' : c;
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return fmt::format("{}: {}", name, need.access == "write" ? "read and write" : "read-only");
}

std::string how_to_add(Proof proof, const Need& need) {
    if (proof == Proof::App)
        return fmt::format(
            "add the repository permission '{}' to the App on GitHub and accept it "
            "for the installation",
            words_of_need(need));
    return fmt::format(
        "add the repository permission '{}' to the token on GitHub (a classic token "
        "needs the scope repo)",
        words_of_need(need));
}

std::string header_of(const Reply& reply, std::string_view name) {
    net::Response response;
    response.headers = reply.headers;
    return base::shorten(base::clean_utf8(response.header(name)), 200);
}

}  // namespace

std::vector<Finding> Client::examine(const RepositoryName& name, bool writes, Deadline deadline) {
    std::vector<Finding> out;
    const std::string full = name.text();
    const auto failed = [&](std::string what, const base::Error& error, std::string fix) {
        const std::size_t semicolon = error.message.rfind("; ");
        if (fix.empty() && semicolon != std::string::npos)
            fix = error.message.substr(semicolon + 2);
        out.push_back({std::move(what), false, error.text(), std::move(fix)});
    };
    const auto call = [&](std::string path, std::string what, bool as_repository) {
        Call made;
        made.path = std::move(path);
        made.what = std::move(what);
        if (as_repository) made.repository = full;
        return made;
    };

    // Reachable and signed in: /rate_limit costs nothing and every credential may ask it.
    const auto limits = api_.ask(call("/rate_limit", "GitHub's rate limit", true), deadline);
    if (!limits) {
        failed("reach " + api_.address().origin, limits.error(), "");
        return out;
    }
    const base::Json& core = base::object_at(base::object_at(limits->json, "resources"), "core");
    out.push_back(
        {"reach " + api_.address().origin, true,
         fmt::format("{} of {} requests left in this hour", base::integer_at(core, "remaining"),
                     base::integer_at(core, "limit")),
         ""});
    const std::string scopes = header_of(*limits, "X-OAuth-Scopes");
    const std::string who = identity(deadline).value_or(std::string());
    const bool anonymous = api_.proof() == Proof::None;
    out.push_back(
        {"sign in", !anonymous,
         anonymous         ? "no token is configured: 60 requests an hour, public data only"
         : !scopes.empty() ? fmt::format("as {}, with the scopes {}", who, scopes)
         : !who.empty()    ? "as " + who
                           : "with an installation token",
         anonymous ? "configure github.token, or github.appId and github.privateKey" : ""});

    const auto repository =
        api_.ask(call("/repos/" + full, full + ": the repository", true), deadline);
    if (!repository) {
        failed("see " + full, repository.error(),
               "check the name, and that the token or App has access to this repository");
        return out;
    }
    const bool archived = base::flag_at(repository->json, "archived");
    out.push_back(
        {"see " + full, true,
         fmt::format("default branch {}{}", base::text_at(repository->json, "default_branch"),
                     archived ? ", archived" : ""),
         ""});
    for (const Need& need : kReading) {
        const auto reply = api_.ask(call("/repos/" + full + std::string(need.probe),
                                         fmt::format("{}: {}", full, need.purpose), true),
                                    deadline);
        const std::string what = fmt::format("{} of {}", need.purpose, full);
        const bool empty = !reply && reply.error().cause.find("empty") != std::string::npos;
        if (reply || empty)
            out.push_back(
                {what, true, empty ? "allowed, but there is no commit yet" : "allowed", ""});
        else
            failed(what, reply.error(),
                   reply.error().kind == base::ErrorKind::Denied ? how_to_add(api_.proof(), need)
                                                                 : "");
    }
    if (!writes) return out;

    // Writing is not tried: it is read from what GitHub says of the credential.
    base::Json permissions = base::Json::object();
    if (api_.proof() == Proof::App)
        if (const auto token = api_.installation_token(full, deadline))
            permissions = token->permissions;
    const bool may_push = base::flag_at(base::object_at(repository->json, "permissions"), "push");
    for (const Need& need : kWriting) {
        const bool ok =
            !archived &&
            (api_.proof() == Proof::App ? base::text_at(permissions, need.permission) == need.access
                                        : may_push);
        out.push_back({fmt::format("{} of {}", need.purpose, full), ok,
                       ok         ? "allowed, as far as GitHub says it beforehand"
                       : archived ? "the repository is archived and read-only"
                                  : "not allowed; only fix pull requests and comments need it",
                       ok         ? ""
                       : archived ? "unarchive it on GitHub"
                                  : how_to_add(api_.proof(), need)});
    }
    return out;
}

}  // namespace insight::github
