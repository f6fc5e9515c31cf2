#include "agent/http/endpoint.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>

#include "agent/http/session.h"

namespace insight::http {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Endpoint::Inside {
    House house;
    asio::io_context context;
    // The acceptor and its timer run on a strand of their own.
    tcp::acceptor acceptor{asio::make_strand(context)};
    asio::steady_timer retry{acceptor.get_executor()};
    bool paused = false;
    std::vector<std::thread> threads;
    int port = 0;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::map<const Session*, std::weak_ptr<Session>> sessions;
    std::uint64_t accepted = 0;
    std::uint64_t pauses = 0;

    std::size_t open_now() const {
        const std::lock_guard lock(mutex);
        return sessions.size();
    }

    void pause() {
        const std::lock_guard lock(mutex);
        ++pauses;
    }

    void run() {
        while (true) {
            try {
                context.run();
                return;
            } catch (const std::exception& error) {
                // Out of memory, at worst: it costs one connection, which its timer ends.
                spdlog::error("a connection failed: {}", error.what());
            }
        }
    }

    void accept() {
        if (house.stopping || !acceptor.is_open()) return;
        if (open_now() >= house.limits.connections) {
            // The rest waits in the kernel's queue and costs us no memory.
            paused = true;  // the next connection that ends goes on
            return pause();
        }
        acceptor.async_accept(asio::make_strand(context),
                              [this](boost::system::error_code error, tcp::socket socket) {
                                  accepted_one(error, std::move(socket));
                              });
    }

    void accepted_one(boost::system::error_code error, tcp::socket socket) {
        if (house.stopping || error == asio::error::operation_aborted) return;
        if (error == asio::error::no_descriptors || error.value() == ENFILE ||
            error == asio::error::no_buffer_space || error == asio::error::no_memory) {
            // The connection stays in the kernel's queue: asking again at once would only spin.
            pause();
            retry.expires_after(house.limits.retry_accept);
            retry.async_wait([this](boost::system::error_code stopped) {
                if (!stopped) accept();
            });
            return;
        }
        if (!error) {
            auto session = std::make_shared<Session>(std::move(socket), house);
            {
                const std::lock_guard lock(mutex);
                sessions.emplace(session.get(), session);
                ++accepted;
            }
            session->start();
        }
        accept();
    }

    void left(const Session* session) {
        bool was_full = false;
        {
            const std::lock_guard lock(mutex);
            was_full = sessions.size() >= house.limits.connections;
            sessions.erase(session);
            changed.notify_all();
        }
        if (!was_full) return;
        asio::post(acceptor.get_executor(), [this] {
            if (!paused) return;
            paused = false;
            accept();
        });
    }

    std::vector<std::shared_ptr<Session>> alive() const {
        std::vector<std::shared_ptr<Session>> found;
        const std::lock_guard lock(mutex);
        for (const auto& [key, session] : sessions)
            if (auto held = session.lock()) found.push_back(std::move(held));
        return found;
    }

    base::Status listen(const std::string& address, int wanted) {
        boost::system::error_code error;
        std::string plain = address == "localhost" ? "127.0.0.1" : address == "*" ? "::" : address;
        if (plain.starts_with('[') && plain.ends_with(']'))
            plain = plain.substr(1, plain.size() - 2);
        const auto parsed = asio::ip::make_address(plain, error);
        if (error || wanted < 0 || wanted > 65535)
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("server.listen {}:{} is not an address and a port: give "
                                          "one like 127.0.0.1:8080",
                                          address, wanted));
        const tcp::endpoint point(parsed, static_cast<std::uint16_t>(wanted));
        acceptor.open(point.protocol(), error);
        // Otherwise a restart fails while connections of the last run are in TIME_WAIT.
        if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error && parsed.is_v6())
            // "::" means every address of both families; a named one is of its own only.
            acceptor.set_option(asio::ip::v6_only(!parsed.is_unspecified()), error);
        if (!error) acceptor.bind(point, error);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error)
            return base::fail(base::ErrorKind::Unavailable,
                              fmt::format("cannot listen on {}:{}: stop what uses it or set "
                                          "another server.listen",
                                          address, wanted),
                              error.message());
        port = acceptor.local_endpoint().port();
        return {};
    }
};

Endpoint::Endpoint(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

base::Result<std::unique_ptr<Endpoint>> Endpoint::open(const std::string& address, int port,
                                                       Site site, Limits limits) {
    auto inside = std::make_unique<Inside>();
    inside->house.limits = limits;
    inside->house.site = std::move(site);
    inside->house.left = [raw = inside.get()](const Session* session) { raw->left(session); };
    if (auto listening = inside->listen(address, port); !listening)
        return base::fail(listening.error());
    asio::post(inside->acceptor.get_executor(), [raw = inside.get()] { raw->accept(); });
    for (int i = 0; i < limits.threads; ++i)
        inside->threads.emplace_back([raw = inside.get()] { raw->run(); });
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(inside)));
}

Endpoint::~Endpoint() {
    stop();
}

int Endpoint::port() const {
    return inside_->port;
}

EndpointCounters Endpoint::counters() const {
    const std::lock_guard lock(inside_->mutex);
    return {inside_->sessions.size(), inside_->accepted, inside_->pauses};
}

void Endpoint::stop() {
    // Idle connections go at once, answers that are being made get limits.shutdown, and whoever is
    // left is cut off.
    if (inside_->house.stopping.exchange(true)) return;
    asio::post(inside_->acceptor.get_executor(), [raw = inside_.get()] {
        boost::system::error_code ignored;
        raw->acceptor.close(ignored);
        raw->retry.cancel();
    });
    const auto none_left = [this] { return inside_->sessions.empty(); };
    for (const auto& session : inside_->alive()) session->stop_gently();
    {
        std::unique_lock lock(inside_->mutex);
        inside_->changed.wait_for(lock, inside_->house.limits.shutdown, none_left);
    }
    for (const auto& session : inside_->alive()) session->stop_now();
    // With every socket and timer closed nothing is pending, and the threads come back.
    for (std::thread& thread : inside_->threads) thread.join();
}

}  // namespace insight::http
