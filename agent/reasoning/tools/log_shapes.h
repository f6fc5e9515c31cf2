// The shapes of log lines, with how often each came before and during the incident: what a model
// reads in place of the lines, in bounded memory however many there are.
#pragma once

#include <vector>

#include "analysis/logs/template_groups.h"
#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::agent::reasoning {

// Threads: one at a time; each has its own, merged in the end.
class LogShapes {
  public:
    // `inside`: the line is of the incident, not of the time before it.
    void add(std::string_view body, base::Nanos time, bool inside);
    void merge(const LogShapes& other);

    // The commonest first, then the rarest: one line among millions may be the one that tells.
    [[nodiscard]] base::Json told() const;
    // Lines beyond the limit of templates, told apart by their first words only.
    [[nodiscard]] std::uint64_t coarse_lines() const { return miner_.coarse_lines(); }

  private:
    struct Seen {
        base::Nanos first = 0, last = 0;
        std::uint64_t before = 0, during = 0;
        void merge(const Seen& other);
    };
    static constexpr analysis::logs::MinerLimits kLimits{4096, 512, 2U << 20};
    analysis::logs::TemplateMiner miner_{kLimits};
    std::vector<Seen> seen_;  // by shape
};

}  // namespace insight::agent::reasoning
