// A transport that answers from a function, and keeps what it was asked.
#pragma once

#include <functional>
#include <mutex>

#include "core/net/transport.h"

namespace insight::test {

class Scripted final : public net::Transport {
  public:
    using Answer = std::function<net::Response(const net::Request&, int index)>;
    explicit Scripted(Answer answer) : answer_(std::move(answer)) {}

    base::Result<net::Response> send(const net::Request& request) override {
        const std::lock_guard lock(mutex_);
        urls.push_back(request.url);
        tokens.push_back(request.authorization ? request.authorization->reveal() : "");
        return answer_(request, static_cast<int>(urls.size()) - 1);
    }
    base::Result<net::Response> stream(const net::Request& request,
                                       const net::Sink& sink) override {
        auto response = send(request);
        // small blocks: nothing may depend on where they are cut
        std::string_view rest = response->body;
        while (!rest.empty() && sink(rest.substr(0, 7)))
            rest.remove_prefix(std::min<std::size_t>(7, rest.size()));
        response->body.clear();
        return response;
    }

    std::vector<std::string> urls;
    std::vector<std::string> tokens;

  private:
    std::mutex mutex_;
    Answer answer_;
};

inline net::Response json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace insight::test
