// The opened instances of all configured collectors.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "config/config.h"

namespace insight::agent {

// One instance; the mutex keeps two calls of it from overlapping.
struct OpenSource {
    std::string system;  // the descriptor's: "postgresql"
    std::string name;    // the instance's: "orders"
    std::unique_ptr<collectors::Source> source;
    std::timed_mutex in_use;
};

class Sources {
  public:
    // Reads earlier samples for "what changed since"; nullptr: none are kept (one-shot commands).
    // Errors: as the descriptors' open(): Invalid for settings that cannot work.
    static base::Result<std::unique_ptr<Sources>> open(const config::Config& config,
                                                       net::Transport& transport,
                                                       const base::Clock& clock,
                                                       store::Store* store);

    // One more, which no collector of the configuration describes: "github", "octo/shop".
    void add(std::string system, std::string name, std::unique_ptr<collectors::Source> source);

    // All sources at once, each in a thread of its own, under one deadline; what did not come in
    // time is a row of the coverage. Signals are normalised: the order of arrival leaves no trace.
    model::Signals collect(const model::Incident& incident, base::Deadline deadline);

    [[nodiscard]] std::vector<std::unique_ptr<OpenSource>>& all() { return sources_; }

  private:
    std::vector<std::unique_ptr<OpenSource>> sources_;
};

}  // namespace insight::agent
