// One round of commands on one connection: what Redis says of itself now, as rows and as a sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/coverage.h"
#include "collectors/redis/info.h"
#include "collectors/redis/session.h"

namespace insight::collectors::redis {

// For one call: session, maker, coverage and signals belong to the caller and outlive it.
class Round {
  public:
    // Rows go to `out`, requests and failures to `coverage`.
    Round(Session& session, const RowMaker& make, const base::Clock& clock, base::Deadline deadline,
          Coverage& coverage, model::Signals& out)
        : session_(session),
          make_(make),
          clock_(clock),
          deadline_(deadline),
          coverage_(coverage),
          out_(out) {}

    // Emits the present rows and gives them back in the shape of a sample. `since`: entries of the
    // slow log and of latencies before it are left out; negative: only what a sample needs.
    Json present(base::Nanos since);

    // A server that would not serve us tells something about itself: a row, once.
    void refused(const base::Error& error);

  private:
    std::optional<Json> ask(const std::vector<std::string>& words);
    void put(std::string_view view, Rows rows);
    // The first `most` of what a command gave; its coverage says how many were left out.
    void keep(std::string_view command, Rows& rows, std::size_t most, std::string_view which);
    void slow_log(base::Nanos since);
    void put_timed(std::string_view view, Rows rows);
    void latencies(base::Nanos since);
    void cluster();

    Session& session_;
    const RowMaker& make_;
    const base::Clock& clock_;
    base::Deadline deadline_;
    Coverage& coverage_;
    model::Signals& out_;
};

}  // namespace insight::collectors::redis
