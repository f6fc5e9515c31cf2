// The front door: starts the endpoint, the workers and the routes, and ends them in order.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/http/limits.h"
#include "config/config.h"
#include "core/store/store.h"

namespace insight::agent::chat {
class Chat;
}

namespace insight::http {

// What the server works with; all of it outlives the server.
struct Services {
    store::Store& store;
    const base::Clock& clock;
    std::string version;
    agent::chat::Chat* chat = nullptr;  // null: one that answers without a model
    // Reviews "owner/repo#7", and posts the comment where wanted; empty: GitHub is not configured.
    std::function<base::Result<base::Json>(const std::string& target, bool post)> review{};
    // Something was approved: it is to be done now. May be empty.
    std::function<void()> approved{};
};

// Threads: every call is safe from any thread but the server's own.
class Server {
  public:
    // Listens before it returns. `limits.connections` is taken from the configuration. Errors:
    // Invalid (address, or others could reach it and nothing protects it), Unavailable.
    static base::Result<std::unique_ptr<Server>> start(const config::Server& server,
                                                       const Services& services,
                                                       Limits limits = {});
    ~Server();  // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int port() const;
    // Something about an incident has changed: its followers hear of it now and not a little later.
    void changed();
    // Accepts nothing more, finishes what runs (bounded), ends streams. May be called twice.
    void stop();

  private:
    struct Inside;
    explicit Server(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace insight::http
