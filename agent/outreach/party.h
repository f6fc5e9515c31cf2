// Somebody outside as the configuration names them: where, with which credentials, how trusted.
#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "agent/outbox_courier.h"
#include "config/field.h"
#include "core/base/secret.h"
#include "core/net/transport.h"

namespace insight::outreach {

// A step towards somebody outside: its answer, or what that means to the parcel.
template <typename T>
using Attempt = tl::expected<T, agent::Delivery>;

inline tl::unexpected<agent::Delivery> stop(agent::Delivery delivery) {
    return tl::unexpected<agent::Delivery>(std::move(delivery));
}

// Threads: safe, calls share nothing.
class Party {
  public:
    Party(std::string who, std::string url, net::Transport& transport, const base::Clock& clock)
        : who_(std::move(who)), url_(std::move(url)), transport_(&transport), clock_(&clock) {
        while (url_.ends_with('/')) url_.pop_back();
    }

    // Sent with every request. An authorization never goes to another origin.
    Party& authorize(base::Secret authorization);
    Party& with(net::Tls tls);
    Party& with(std::string name, std::string value);
    Party& patient(std::chrono::milliseconds patience);  // how long a call may take; 20 s

    [[nodiscard]] const std::string& url() const { return url_; }

    // JSON both ways. `path` is appended to the URL; an empty body sends none. Anything but 2xx is
    // a failure (answer.h); an answer that is no JSON is null.
    Attempt<base::Json> call(const std::string& method, const std::string& path,
                             const base::Json& body = nullptr) const;
    // The same with a body that is text already, and the whole answer.
    Attempt<net::Response> send(const std::string& method, const std::string& path,
                                std::string body,
                                const std::vector<net::Header>& headers = {}) const;
    [[nodiscard]] agent::Delivery failure(const net::Response& response) const;
    [[nodiscard]] const std::string& who() const { return who_; }

  private:
    std::string who_;
    std::string url_;
    net::Transport* transport_;
    const base::Clock* clock_;
    std::optional<base::Secret> authorization_;
    std::vector<net::Header> headers_;
    net::Tls tls_;
    std::chrono::milliseconds patience_{20'000};
};

// The fields that lists of parties share.
inline constexpr config::Field kUrl{"url", config::FieldType::Url, "", "where it is"};
inline constexpr config::Field kCaFile{"caFile", config::FieldType::Text, "",
                                       "PEM file with the authorities to trust"};
inline constexpr config::Field kHeaders{"headers", config::FieldType::TextMap, "",
                                        "headers sent with every request"};

}  // namespace insight::outreach
