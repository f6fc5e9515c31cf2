// One collection from one Prometheus: the alert's own quantity, what is near to it, then the rest
// of a small estate, as far as series, time and size allow.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/prometheus/api.h"
#include "collectors/prometheus/estate.h"
#include "collectors/prometheus/matrix.h"
#include "collectors/prometheus/standing.h"

namespace insight::collectors::prometheus {

constexpr std::int64_t kPoints = 1000;  // of a series, about

struct Limits {
    std::size_t series = 3000;
    base::Nanos step = 0;  // at least this between two points; 0: as the targets are scraped
};

class Collection {
  public:
    // `make`: instance and scope; `now`: of rows about the present
    Collection(RowMaker make, Api& api, const Request& request, Limits limits, base::Nanos now,
               Coverage& coverage);

    model::Signals run();

  private:
    // False: nothing more can be had from this server.
    bool choose_step();
    void read_metadata();
    void question_focus();
    void read_alert_quantities();
    std::string expression_of(const model::Alert& alert);
    void read_estate();
    void read_near(std::size_t position, std::size_t series_limit);
    bool read_plan(const Plan& plan, const std::string& matcher);
    void read_quantiles(const Plan& plan, const std::string& matcher);

    void read_standing();
    void read_changes();
    void read_exemplars();

    // Adds the answer for both intervals. Returns series of the larger answer; nullopt on failure.
    std::optional<std::size_t> fetch(const std::string& query, const Matrix::Reading& reading,
                                     std::string note = {});
    // One answer may be read in several ways; it is asked for once.
    std::optional<std::size_t> fetch(const std::string& query,
                                     const std::vector<Matrix::Reading>& readings, std::string note,
                                     Matrix& into, std::size_t most_series);
    [[nodiscard]] std::string left_out_words(std::size_t count, bool all) const;
    // The data of an optional part of the API.
    std::optional<base::Json> ask(std::string_view path, const Fields& fields);
    // Rows of a view, with their coverage.
    void put(std::string_view query, std::string_view view, Listed&& found);
    // The data of /api/v1/series for one selector; null on failure.
    base::Json discover(const std::string& selector);
    [[nodiscard]] bool out_of_time() const;
    [[nodiscard]] bool exporter(const std::string& job, const std::string& instance) const;

    RowMaker make_;
    base::Nanos now_;
    Api& api_;
    const Request& request_;
    Limits limits_;
    Coverage& coverage_;
    std::vector<model::Interval> intervals_;
    std::int64_t step_s_ = 15;
    std::int64_t scrape_s_ = 15;
    Focus focus_;
    Dictionary dictionary_;
    std::vector<Estate> estates_;
    std::set<std::string> mentioned_;  // metrics of the alert, read whatever they are called
    base::Json rules_;                 // data of /api/v1/rules
    Matrix matrix_;
    Matrix told_;  // series that were read for the changes they show
    std::vector<model::DatabaseRow> rows_;
};

}  // namespace insight::collectors::prometheus
