// A GitHub that answers from a function, and a clock that only waiting moves.
#pragma once

#include <functional>

#include "core/net/transport.h"
#include "github/client.h"

namespace insight::test {

class ScriptedGithub final : public net::Transport {
  public:
    using Answer = std::function<net::Response(const net::Request&, int index)>;
    explicit ScriptedGithub(Answer answer) : answer_(std::move(answer)) {}

    base::Result<net::Response> send(const net::Request& request) override {
        asked.push_back(request);
        return answer_(request, static_cast<int>(asked.size()) - 1);
    }
    base::Result<net::Response> stream(const net::Request& request, const net::Sink&) override {
        return send(request);
    }

    std::vector<net::Request> asked;

  private:
    Answer answer_;
};

class WaitedClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return time; }
    github::Wait wait() {
        return [this](std::chrono::nanoseconds length) { time += length.count(); };
    }

    base::Nanos time = 1'800'000'000 * base::kSecond;
};

inline net::Response json(int status, std::string body, std::vector<net::Header> headers = {}) {
    headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    return {status, std::move(headers), std::move(body)};
}

// octo/shop behind `answer`, with a token.
struct Github {
    explicit Github(ScriptedGithub::Answer answer, github::Settings settings = with_token())
        : server(std::move(answer)),
          client(*github::Client::open(std::move(settings), server, clock, clock.wait())),
          repository(client->repository({"octo", "shop"})) {}

    static github::Settings with_token() {
        github::Settings settings;
        settings.token = base::Secret("the-token");
        return settings;
    }

    ScriptedGithub server;
    WaitedClock clock;
    std::unique_ptr<github::Client> client;
    std::unique_ptr<github::Repository> repository;
};

}  // namespace insight::test
