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
    // One incident that alerts of the delivery belong to. Numbers are those of the database.
    struct Touched {
        std::int64_t incident = 0;
        std::string id;
        std::int64_t firing_before = 0;
        std::int64_t truncated_before = 0;
        std::size_t mentioned = 0;  // by which alert first
        std::int64_t firing = 0;    // how many more of its alerts fire now
        Nanos last_end = 0;
        bool queued = false;
        bool opened = false;  // just now: its row is right already
    };
    using Positions = std::vector<std::size_t>;  // in the delivery's alerts

    [[nodiscard]] Positions all_firing() const;
    Positions update_known(Connection& database, std::int64_t group);
    void place(Connection& database, std::int64_t group, const Positions& fresh, bool group_is_new);
    Touched* find_open(Connection& database, std::int64_t group);
    Touched& open(Connection& database, std::int64_t group, const Positions& fresh);
    void insert(Connection& database, std::int64_t group, std::int64_t incident,
                const Positions& fresh) const;
    void settle(Connection& database, const Touched& touched);
    Touched& touch(Touched read);

    model::Delivery delivery_;
    std::vector<Texts> texts_;
    std::size_t bytes_ = 0;
    std::vector<Touched> touched_;  // in order of first mention
    Accepted accepted_;
};

}  // namespace insight::store
