// An endpoint with a few plain handlers, so that the wire is tested without any route of ours.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <mutex>
#include <vector>

#include "agent/http/endpoint.h"
#include "tests/unit/http/raw_client.h"

namespace insight::http::test {

// Waits for what another thread will do soon; false after ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

inline std::size_t resident_megabytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * 4096 / (1U << 20);
}

class EchoSite : public ::testing::Test {
  protected:
    void open(const Limits& limits = {}, const std::string& address = "127.0.0.1") {
        Site site;
        site.allowance = [limits](const Request& request) {
            return Allowance{
                request.path == "/alerts" ? limits.alert_body_bytes : limits.body_bytes,
                limits.answer};
        };
        site.handle = [this](Request request, Reply reply) { handle(request, reply); };
        site.refuse = [](const Request&, int status, std::string_view code,
                         const std::string& message) {
            return Response{.status = status, .body = std::string(code) + ": " + message};
        };
        auto opened = Endpoint::open(address, 0, std::move(site), limits);
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        endpoint = std::move(*opened);
    }

    void TearDown() override { endpoint.reset(); }

    void handle(const Request& request, const Reply& reply) {
        const std::lock_guard lock(mutex);
        ++handled;
        if (request.path == "/held") {
            held.push_back(reply);
        } else if (request.path == "/throw") {
            throw std::runtime_error("as a defect would");
        } else if (request.path == "/stream") {
            streams.push_back(reply.stream({.headers = {{"Content-Type", "text/event-stream"}}}));
        } else if (request.path == "/split") {
            reply.send(Response{.headers = {{"X-Name", "a\r\nSet-Cookie: b"}, {"X-Good", "c"}},
                                .body = "ok"});
        } else if (request.path == "/big") {
            reply.send(Response{.body = std::string(64U << 20, 'x')});
        } else if (request.path == "/late") {
            reply.send(Response{.body = "late", .delay = std::chrono::milliseconds(50)});
        } else if (request.path != "/dropped") {
            reply.send(Response{.headers = {{"X-Path", request.path},
                                            {"X-Seen", std::string(request.header("x-seen"))}},
                                .body = request.body});
        }
    }

    std::size_t count(const std::vector<Reply>& of) {
        const std::lock_guard lock(mutex);
        return of.size();
    }
    std::shared_ptr<EventStream> stream(std::size_t index) {
        EXPECT_TRUE(eventually([&] {
            const std::lock_guard lock(mutex);
            return streams.size() > index;
        }));
        const std::lock_guard lock(mutex);
        return streams.at(index);
    }
    RawClient client() const { return RawClient(endpoint->port()); }

    std::mutex mutex;
    std::vector<Reply> held;
    std::vector<std::shared_ptr<EventStream>> streams;
    int handled = 0;
    std::unique_ptr<Endpoint> endpoint;
};

}  // namespace insight::http::test
