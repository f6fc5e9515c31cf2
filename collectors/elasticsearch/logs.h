// The logs of a window: counted by the server, told apart by what is special in them, and a fair
// sample of lines, however many there are.
#pragma once

#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/elasticsearch/counts.h"
#include "collectors/elasticsearch/cursor.h"

namespace insight::collectors::elasticsearch {

struct LogLimits {
    std::string indices;         // patterns, comma-separated
    std::size_t lines = 10'000;  // read for one incident at most
};

// Lines of one kind, of which `want` are read at most.
struct Stratum {
    std::string what;  // "error and warning lines of the services in question"
    base::Json filter;
    std::int64_t lines = -1;  // how many there are; negative: not known
    double weight = 0;        // its share of the lines that may be read
    std::size_t want = 0;
};

// Gives every stratum its share of `lines`; what one does not need goes to the others.
void share_out(std::vector<Stratum>& strata, std::size_t lines);

class LogCollection {
  public:
    LogCollection(Api& api, const Product& product, const Request& request, LogLimits limits,
                  const RowMaker& make, base::Nanos now, Coverage& coverage);

    // Adds log records, series, rows of the views `log_counts` and `significant`, and one coverage
    // row of source "logs/<instance>".
    void run(model::Signals& out);

  private:
    struct Group {
        Dialect dialect;
        std::string target;  // of a path
        base::Json filter;   // by index, where the target names more than it should
        std::vector<ServiceCount> counts;
        bool counted = false;
    };

    bool find_groups();
    void count(Group& group, model::Signals& out);
    void read_rate(const Group& group, model::Signals& out);
    void tell_apart(const Group& group, model::Signals& out);
    [[nodiscard]] std::vector<Stratum> strata_of(const Group& group) const;
    void read_lines(Group& group, std::size_t lines, model::Signals& out);
    std::size_t read_stratum(Group& group, const Stratum& stratum, Cursor& cursor,
                             model::Signals& out);
    base::Result<base::Json> search(const Group& group, base::Json body, std::string_view what);
    [[nodiscard]] bool out_of_time() const;
    void drop_unseen_words(model::Signals& out) const;
    void close_coverage(model::Signals& out);

    Api& api_;
    const Product& product_;
    const Request& request_;
    LogLimits limits_;
    const RowMaker& make_;
    base::Nanos now_;
    Coverage& coverage_;
    std::vector<Group> groups_;
    std::vector<std::string> asked_;  // services the incident is about
    model::CoverageRow lines_row_;
    std::size_t bytes_ = 0;  // of kept lines
    bool answered_ = false;
    bool cut_ = false;  // something was left out
};

}  // namespace insight::collectors::elasticsearch
