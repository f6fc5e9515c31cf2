// The model of a hub behind a port of this machine.
#pragma once

#include "tests/evomap_hub/hub.h"
#include "tests/fault/net/hostile_server.h"

namespace insight::test {

class HubServer {
  public:
    explicit HubServer(HubRules rules = {});

    [[nodiscard]] HubModel& hub() { return hub_; }
    [[nodiscard]] std::string root() const;  // "http://127.0.0.1:PORT"
    [[nodiscard]] int port() const { return server_.port(); }

  private:
    void serve(Peer& peer);

    HubModel hub_;
    HostileServer server_;
};

}  // namespace insight::test
