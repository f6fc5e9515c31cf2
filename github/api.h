// One conversation with GitHub: proof, conditional requests, limits, errors, pages.
//
// Source: docs.github.com, "Best practices for using the REST API". Threads: any.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "core/base/json.h"
#include "github/address.h"
#include "github/answer_cache.h"
#include "github/credentials.h"
#include "github/settings.h"

namespace insight::github {

struct Call {
    std::string method = "GET";
    std::string path;  // escaped, with its query: "/repos/octo/shop/commits?per_page=100"
    base::Json body;   // null: none
    std::string what;  // for errors: "octo/shop: the commits of 'main'"
    // "octo/shop": whose installation of an App is meant; empty: the App itself
    std::string repository;
    bool final = false;  // the path names it by a whole SHA: it never changes
    Resource resource = Resource::Rest;
};

struct Reply {
    int status = 0;
    base::Json json;   // null for an empty answer
    std::string next;  // of a paged list: the next page's URL
    std::vector<net::Header> headers;
};

// How waiting is done; tests bring a clock of their own.
using Wait = std::function<void(std::chrono::nanoseconds)>;

class Api {
  public:
    // Everything given here outlives it.
    Api(const Settings& settings, Address address, net::Transport& transport,
        const base::Clock& clock, Wait wait);

    // Waits for rate limits as long as the deadline allows, reads again after a server error,
    // signs in again once when a token of an App was refused. Requests that write are sent once,
    // apart from each other by Settings::write_gap, and again only when a limit kept them from
    // being carried out. Errors: as repository.h has them.
    base::Result<Reply> ask(const Call& call, base::Deadline deadline);

    // Follows `next` of a list to its end, at most `limit` items. `read` gives the items of a
    // page; the first page's failure is the call's, a later one leaves a truncated list.
    template <typename T>
    base::Result<Listing<T>> list(
        const Call& call, std::size_t limit,
        const std::function<void(const base::Json&, std::vector<T>&)>& read,
        base::Deadline deadline) {
        Listing<T> out;
        const auto take = [&](const base::Json& page) {
            read(page, out.items);
            return out.items.size() < limit;
        };
        auto walked = walk(call, take, deadline);
        if (!walked) return base::fail(walked.error());
        out.note = std::move(*walked);
        if (out.items.size() > limit) {
            out.items.resize(limit);
            if (out.note.empty()) out.note = kOverLimit;
        }
        out.truncated = !out.note.empty();
        return out;
    }

    [[nodiscard]] base::Nanos blocked_until() const;
    [[nodiscard]] const Address& address() const { return address_; }
    [[nodiscard]] Proof proof() const;
    // Whose installation a repository belongs to; asks once. Only with an App.
    base::Result<InstallationToken> installation_token(const std::string& repository,
                                                       base::Deadline deadline);

  private:
    static constexpr const char* kOverLimit = "the list goes on; only its beginning was read";

    // A note when not all was read.
    base::Result<std::string> walk(Call call, const std::function<bool(const base::Json&)>& take,
                                   base::Deadline deadline);
    base::Result<net::Request> request_of(const Call& call, base::Deadline deadline);
    base::Result<net::Response> send(const Call& call, const net::Request& request);
    base::Result<Reply> reply_of(const Call& call, const net::Response& response,
                                 const std::string& key);
    base::Result<base::Secret> proof_for(const Call& call, base::Deadline deadline);
    base::Result<std::string> installation_of(const std::string& repository,
                                              base::Deadline deadline);
    base::Status hold(const Call& call, base::Deadline deadline);
    [[nodiscard]] Asked asked(const Call& call) const;

    const Settings& settings_;
    Address address_;
    net::Transport& transport_;
    const base::Clock& clock_;
    Wait wait_;
    AnswerCache cache_;
    Limits limits_;
    InstallationTokens tokens_;
    std::string identity_;  // keeps answers of different credentials apart

    std::mutex installations_mutex_;
    std::map<std::string, std::string> installations_;  // repository to number
    std::timed_mutex writing_;
    base::Nanos last_write_ = 0;  // guarded by writing_
};

}  // namespace insight::github
