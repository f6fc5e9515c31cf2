#include "core/net/dns_gate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "core/net/url.h"

namespace insight::net {

base::Result<Addresses> resolve_by_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;  // as cpprest asks when it asks again
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, [](addrinfo* list) {
        if (list != nullptr) freeaddrinfo(list);
    });
    Addresses addresses;
    for (const addrinfo* one = found; code == 0 && one != nullptr; one = one->ai_next) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        const void* bytes =
            one->ai_family == AF_INET6
                ? static_cast<const void*>(
                      &reinterpret_cast<const sockaddr_in6*>(one->ai_addr)->sin6_addr)
                : static_cast<const void*>(
                      &reinterpret_cast<const sockaddr_in*>(one->ai_addr)->sin_addr);
        if (inet_ntop(one->ai_family, bytes, text.data(), text.size()) != nullptr)
            addresses.emplace_back(text.data());
    }
    if (addresses.empty())
        return base::fail(
            base::ErrorKind::Unavailable,
            fmt::format("the name {} has no address; check its spelling and the name server", host),
            code == 0 ? "empty answer" : gai_strerror(code));
    return addresses;
}

struct DnsGate::Lookup {
    std::optional<base::Result<Addresses>> answer;  // guarded by Shared::mutex
};

struct DnsGate::Shared {
    explicit Shared(Resolver chosen) : resolver(std::move(chosen)) {}
    const Resolver resolver;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::shared_ptr<Lookup>> running;
};

DnsGate::DnsGate(Resolver resolver) : shared_(std::make_shared<Shared>(std::move(resolver))) {}

base::Result<Addresses> DnsGate::resolve(const std::string& host, const base::Deadline& deadline) {
    if (is_ip_address(host)) return Addresses{host};
    std::unique_lock lock(shared_->mutex);
    std::shared_ptr<Lookup> lookup;
    if (const auto found = shared_->running.find(host); found != shared_->running.end()) {
        lookup = found->second;
    } else {
        // With a name server that says nothing every lookup is a thread that waits.
        if (shared_->running.size() >= kMaxLookups)
            return base::fail(base::ErrorKind::Unavailable,
                              fmt::format("{} was not looked up because {} other names are still "
                                          "without an answer; check the name server",
                                          host, kMaxLookups));
        lookup = std::make_shared<Lookup>();
        try {
            // getaddrinfo cannot be stopped: the thread is left to its end, and holds all it uses
            // itself.
            std::thread([shared = shared_, lookup, host] {
                base::Result<Addresses> answer = shared->resolver(host);
                const std::scoped_lock done(shared->mutex);
                lookup->answer = std::move(answer);
                shared->running.erase(host);
                shared->changed.notify_all();
            }).detach();
        } catch (const std::system_error& error) {
            return base::fail(base::ErrorKind::Unavailable,
                              fmt::format("{} was not looked up: no thread could be started", host),
                              error.what());
        }
        // The lock is held since before the thread began, which erases the name only under it.
        shared_->running.emplace(host, lookup);
    }
    // Waiting on a far point overflows in some clocks; an hour at a time is the same.
    while (!lookup->answer && !deadline.passed())
        shared_->changed.wait_for(
            lock, std::min<std::chrono::nanoseconds>(deadline.remaining(), std::chrono::hours(1)));
    // Those who wait for one name share its answer; who is out of time leaves it to the others.
    if (lookup->answer) return *lookup->answer;
    return base::fail(
        base::ErrorKind::Timeout,
        fmt::format("the name server did not say in time where {} is; check the name server",
                    host));
}

}  // namespace insight::net
