// One window of one MCP server: its tools, then the declared calls, a few at a time.
#pragma once

#include <mutex>

#include "collectors/coverage.h"
#include "collectors/mcp/call.h"
#include "collectors/mcp/evidence.h"
#include "core/mcp/client.h"

namespace insight::collectors::mcp {

class Collection {
  public:
    // All must outlive it.
    Collection(insight::mcp::Client& client, const std::vector<Call>& calls, const RowMaker& make,
               const Surroundings& around, const Request& request);

    // Every call is a row of the coverage; one row says why none was made.
    model::Signals run();

  private:
    void list(const insight::mcp::ToolList& offered);
    void make_call(const Filled& filled);
    // The error in words that show no secret, with what the program wrote about it.
    [[nodiscard]] base::Error told(const base::Error& error, bool complaint) const;
    void add(const Filled& filled, const std::function<void(Coverage&)>& row);

    insight::mcp::Client& client_;
    const std::vector<Call>& calls_;
    const RowMaker& make_;
    const Surroundings& around_;
    const Request& request_;
    const base::Nanos now_;
    std::mutex mutex_;  // what follows, while calls run side by side
    Budget budget_;
    model::Signals out_;
};

}  // namespace insight::collectors::mcp
