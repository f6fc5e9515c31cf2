// A transport that records what was sent and answers as the test says.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/net/transport.h"

namespace insight::outreach::test {

class FakeTransport final : public net::Transport {
  public:
    using Answer = std::function<base::Result<net::Response>(const net::Request&)>;

    explicit FakeTransport(Answer answer) : answer_(std::move(answer)) {}

    base::Result<net::Response> send(const net::Request& request) override {
        requests.push_back(request);
        return answer_(request);
    }
    base::Result<net::Response> stream(const net::Request&, const net::Sink&) override {
        return base::fail(base::ErrorKind::Internal, "nothing here is streamed");
    }

    // What request number `i` carried.
    [[nodiscard]] base::Json body(std::size_t i) const {
        return base::parse_json(requests.at(i).body, "a request").value_or(base::Json());
    }
    [[nodiscard]] std::string line(std::size_t i) const {
        return requests.at(i).method + " " + requests.at(i).url;
    }
    [[nodiscard]] std::string header(std::size_t i, const std::string& name) const {
        for (const auto& [key, value] : requests.at(i).headers)
            if (key == name) return value;
        return {};
    }

    std::vector<net::Request> requests;

  private:
    Answer answer_;
};

inline net::Response answer(int status, const std::string& body = "",
                            std::vector<net::Header> headers = {}) {
    net::Response response;
    response.status = status;
    response.body = body;
    response.headers = std::move(headers);
    return response;
}

class FixedClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return time; }
    base::Nanos time = 1'700'000'000 * base::kSecond;  // 2023-11-14T22:13:20Z
};

}  // namespace insight::outreach::test
