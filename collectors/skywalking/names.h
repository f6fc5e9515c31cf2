// SkyWalking's names and ids as the names other sources use. Pure.
//
// A service is called "[group::]name[|namespace|cluster]" by its agent
// (https://skywalking.apache.org/docs/main/latest/en/setup/backend/service-auto-grouping/, Java
// agent 8.10), "name.namespace" by a mesh or Kubernetes, and by its address where an agent only
// guesses that it is there. An id is base64(name) and ".1", or ".0" for a guess; ids of instances
// and endpoints add "_" and base64 of theirs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace insight::collectors::skywalking {

struct Service {
    std::string id;
    std::string name;                 // SkyWalking's
    std::vector<std::string> layers;  // "GENERAL", "VIRTUAL_DATABASE", …; empty before 9.0
    bool normal = true;               // as its id and queries have it; false: guessed from calls
    std::string shown{};              // the name other sources use
};

// Guessed from calls to an address; nobody reports from there.
bool is_guessed(const Service& service);

// "agent::orders|shop|east" → "orders"; "reviews.default" of a mesh → "reviews";
// "orders-db.shop.svc.cluster.local:5432" → "orders-db"; an IP address keeps its port.
std::string plain_name(const Service& service);

struct Id {
    std::string service;
    std::string part;  // instance or endpoint; empty: of the service itself
    bool normal = true;
};

// Empty names where it is no id.
Id read_id(std::string_view id);

class Names {
  public:
    // `given`: SkyWalking's name → the name to use, as configured.
    explicit Names(std::map<std::string, std::string> given = {}) : given_(std::move(given)) {}

    // Fills `shown` of all and remembers it. Where plain names of one layer collide, they stay
    // long.
    void learn(std::vector<Service>& services);

    // What was learnt, else the plain name.
    [[nodiscard]] std::string of(const std::string& name) const;
    // Was this address seen as a service of its own, guessed from calls?
    [[nodiscard]] bool is_guess(const std::string& name) const;

  private:
    std::map<std::string, std::string> given_;
    std::map<std::string, std::string> known_;
    std::map<std::string, bool> guessed_;
};

// A pod's name, as a Deployment gives it (name-5d4c7b9f8-x2x9q): in an instance's name
// ("…@10.1.2.3" is how agents name it by default) or in its host name; else empty.
std::string pod_name(const std::string& instance, const std::string& host);

}  // namespace insight::collectors::skywalking
