// One delivery of alerts on its way into the store. What can be prepared is prepared where the
// delivery came in; the committing thread only looks up and writes.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/incident.h"
#include "core/store/sql.h"
#include "core/store/store.h"

namespace insight::store {

class Intake {
  public:
    explicit Intake(model::Delivery delivery);

    // Inside a transaction; starts afresh each time. Throws SqlFailure.
    base::Status run(Connection& database);

    [[nodiscard]] const Accepted& accepted() const { return accepted_; }
    [[nodiscard]] const std::string& group() const { return delivery_.group_key; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    // The columns that are JSON, in the order of the delivery's alerts.
    struct Texts {
        std::string labels;
        std::string annotations;
    };
    // What changes in one incident. Numbers are those of the database.
    struct Touched {
        std::int64_t incident = 0;
        std::int64_t firing = 0;  // how many more of its alerts fire now
        Nanos last_end = 0;
        bool queued = false;
    };

    void update_known(Connection& database, std::int64_t group, std::vector<std::size_t>& fresh);
    void update_alert(Connection& database, std::size_t position, std::int64_t number,
                      bool was_firing, Touched& touched);
    void place(Connection& database, std::int64_t group, const std::vector<std::size_t>& fresh);
    std::int64_t open(Connection& database, std::int64_t group, const model::Alert& opener);
    void insert(Connection& database, std::int64_t group, std::int64_t incident,
                std::size_t position);
    void settle(Connection& database, const Touched& touched);
    Touched& touch(std::int64_t incident);

    model::Delivery delivery_;
    std::vector<Texts> texts_;
    std::size_t bytes_ = 0;
    std::vector<Touched> touched_;  // in order of first mention
    Accepted accepted_;
};

}  // namespace insight::store
