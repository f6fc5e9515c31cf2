#include "github/client.h"

#include "github/rest_repository.h"

namespace insight::github {

base::Result<std::unique_ptr<Client>> Client::open(Settings settings, net::Transport& transport,
                                                   const base::Clock& clock, Wait wait) {
    auto address = address_of(settings.url);
    if (!address) return base::fail(address.error());
    return std::unique_ptr<Client>(
        new Client(std::move(settings), std::move(*address), transport, clock, std::move(wait)));
}

Client::Client(Settings settings, Address address, net::Transport& transport,
               const base::Clock& clock, Wait wait)
    : settings_(std::move(settings)),
      api_(settings_, std::move(address), transport, clock, std::move(wait)) {}

std::unique_ptr<Repository> Client::repository(const RepositoryName& name) {
    return std::make_unique<RestRepository>(
        name, api_, [this](Deadline deadline) { return identity(deadline); });
}

const Watched* Client::watched(const RepositoryName& name) const {
    for (const Watched& one : settings_.repositories)
        if (one.name == name) return &one;
    return nullptr;
}

base::Result<std::string> Client::identity(Deadline deadline) {
    const std::unique_lock lock(identity_mutex_, deadline.point());
    if (!lock.owns_lock())
        return base::fail(base::ErrorKind::Timeout,
                          "GitHub did not say in time who we are; try again");
    if (identity_) return *identity_;
    const bool app = api_.proof() == Proof::App;
    Call call;
    // An App signs this request itself; a token of its installation may not ask it.
    call.path = app ? "/app" : "/user";
    call.what = "GitHub: who we are";
    const auto reply = api_.ask(call, deadline);
    if (!reply) {
        // Some may not ask; that does not change.
        if (reply.error().kind != base::ErrorKind::Denied) return base::fail(reply.error());
        return *(identity_ = "");
    }
    identity_ =
        app ? base::text_at(reply->json, "slug") + "[bot]" : base::text_at(reply->json, "login");
    return *identity_;
}

}  // namespace insight::github
