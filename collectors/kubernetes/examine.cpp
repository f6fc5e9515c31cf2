#include "collectors/kubernetes/examine.h"

#include <fmt/format.h>

#include "collectors/common_probes.h"
#include "collectors/kubernetes/plan.h"
#include "core/base/side_by_side.h"
#include "core/kubernetes/access_review.h"
#include "core/kubernetes/role.h"

namespace insight::collectors::kubernetes {
namespace {

using insight::kubernetes::Catalog;
using insight::kubernetes::Client;
using insight::kubernetes::RoleWish;
using insight::kubernetes::Target;

class Examination {
  public:
    Examination(Client& client, const Options& options, const base::Clock& clock,
                base::Deadline deadline)
        : client_(client), options_(options), clock_(clock), deadline_(deadline) {}

    std::vector<Probe> run() {
        const std::string& server = client_.access().server;
        const base::Nanos asked = clock_.now();
        const auto version = insight::kubernetes::version_of(client_, deadline_);
        if (!version) {
            out_.push_back(
                {"reach " + server, false, version.error().text(), version.error().message});
            return std::move(out_);
        }
        out_.push_back({"reach " + server, true,
                        fmt::format("version {}, by {}", version->text, client_.access().origin),
                        ""});
        trust();
        time(*version, asked);
        if (!identity()) return std::move(out_);  // each review after it would fail alike
        const auto catalog = insight::kubernetes::discover(
            client_, [&](std::string_view group) { return is_wanted(options_, group); }, deadline_);
        named_kinds(catalog ? &*catalog : nullptr);
        rights(catalog ? &*catalog : nullptr);
        return std::move(out_);
    }

  private:
    void trust() {
        const auto& access = client_.access();
        if (access.server.starts_with("http://"))
            out_.push_back({"TLS", false, "the server is asked without TLS",
                            "use the https address of the API server"});
        else if (!access.tls.verify)
            out_.push_back({"TLS", false,
                            "the certificate is not checked (insecure-skip-tls-verify)",
                            "put the cluster's authority into certificate-authority-data and "
                            "remove insecure-skip-tls-verify"});
        else
            out_.push_back(transport_probe(access.server, access.tls, true, clock_, deadline_));
    }

    void time(const insight::kubernetes::ServerVersion& version, base::Nanos asked) {
        if (version.clock == 0) return;
        // the header has whole seconds
        const double ours = (base::to_seconds(asked) + base::to_seconds(clock_.now())) / 2;
        out_.push_back(clock_probe(base::to_seconds(version.clock) + 0.5 - ours, 2.5));
    }

    bool identity() {
        auto user = insight::kubernetes::who_are_we(client_, deadline_);
        if (!user) {
            // 403: anonymous, or a server that forbids the review; 401: not known at all
            out_.push_back({"authenticate", false, user.error().text(), user.error().message});
            return user.error().message.find("(HTTP 401)") == std::string::npos;
        }
        user_ = std::move(*user);
        const bool anonymous = user_ == "system:anonymous";
        out_.push_back(
            {"authenticate", !anonymous,
             user_.empty() ? "accepted (this server cannot say who we are)" : "as " + user_,
             anonymous ? "the kubeconfig gives no credentials: add a token, client "
                         "certificate or exec plug-in"
                       : ""});
        return true;
    }

    void named_kinds(const Catalog* catalog) {
        for (const Absent& one : plan_of(options_, catalog).absent)
            out_.push_back({"kind " + one.kind.name(), false, one.why, one.fix});
    }

    // As the server itself judges them: what roles, groups and webhooks add up to nobody can read
    // off the objects.
    void rights(const Catalog* catalog) {
        const std::vector<Target> needed = permissions(options_, catalog);
        std::vector<int> verdicts(needed.size(), -1);  // -1: no answer
        base::side_by_side(needed.size(), kWidth, [&](std::size_t i) {
            if (const auto verdict = may_we(client_, needed[i], deadline_))
                verdicts[i] = verdict->allowed ? 1 : 0;
        });
        std::vector<Target> missing;
        std::string words;
        std::size_t unknown = 0;
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (verdicts[i] < 0) ++unknown;
            if (verdicts[i] != 0) continue;
            missing.push_back(needed[i]);
            if (words.size() < 600)
                words += fmt::format("{}{} {}", words.empty() ? "" : "; ", needed[i].verb,
                                     words_of(needed[i]));
        }
        RoleWish wish;
        wish.user = user_;
        wish.spaces = options_.spaces;
        if (unknown > 0)
            out_.push_back({"permissions", false,
                            fmt::format("{} of {} could not be asked", unknown, needed.size()),
                            "look at the API server's log: SelfSubjectAccessReview must be "
                            "answered"});
        if (!missing.empty()) {
            out_.push_back({"permissions", false, "missing: " + words,
                            "kubectl apply -f - with\n" + role_yaml(missing, wish)});
        } else if (unknown == 0) {
            out_.push_back(
                {"permissions", true, fmt::format("all {} are there", needed.size()), ""});
        }
        out_.push_back(
            {"least role", true, "all that is ever used:\n" + role_yaml(needed, wish), ""});
    }

    Client& client_;
    const Options& options_;
    const base::Clock& clock_;
    base::Deadline deadline_;
    std::string user_;
    std::vector<Probe> out_;
};

}  // namespace

std::vector<Probe> examine(Client& client, const Options& options, const base::Clock& clock,
                           base::Deadline deadline) {
    return Examination(client, options, clock, deadline).run();
}

}  // namespace insight::collectors::kubernetes
