// Data points to series. One series a metric and set of attributes:
//   gauge, and sums that may fall → gauge; monotonic sums → counter; deltas are added up first
//   histogram → NAME_count, NAME_sum and NAME_bucket with `le`, counters, as Prometheus has them
//   exponential histogram → NAME_count, NAME_sum; its buckets move their bounds and are left out
//   summary → NAME_count, NAME_sum and NAME with `quantile`
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/otlp/values.h"
#include "core/model/signals.h"

namespace insight::otlp {

class SeriesBuilder {
  public:
    explicit SeriesBuilder(std::size_t most_points) : most_points_(most_points) {}

    // One metric of a scope. false: of a kind that is not known.
    bool add(const Json& metric, const model::Labels& resource);

    [[nodiscard]] bool full() const { return points_ >= most_points_; }
    [[nodiscard]] std::size_t without_buckets() const { return without_buckets_; }
    [[nodiscard]] std::size_t beyond() const { return beyond_; }  // points that found it full
    // By name and labels; points ascend in time, the last of several at one time counts.
    std::vector<model::Series> finish();

  private:
    struct Growing {
        model::Series series;
        bool delta = false;
    };
    struct Shape {
        std::string unit;
        model::SeriesType type = model::SeriesType::Gauge;
        bool delta = false;
    };
    void put(const std::string& name, const Shape& shape, const model::Labels& labels,
             model::Nanos time, double value);
    void add_numbers(const std::string& name, const Shape& shape, const Json& data,
                     const model::Labels& resource);
    void add_distribution(const std::string& name, const std::string& kind, const Shape& shape,
                          const Json& data, const model::Labels& resource);
    void add_buckets(const std::string& name, const Shape& shape, const Json& point,
                     const model::Labels& labels, model::Nanos time);

    std::map<std::pair<std::string, model::Labels>, Growing> series_;
    std::size_t most_points_;
    std::size_t points_ = 0;
    std::size_t beyond_ = 0;
    std::size_t without_buckets_ = 0;
};

}  // namespace insight::otlp
