// The series a Prometheus has, and which of them are worth reading. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/incident.h"

namespace insight::collectors::prometheus {

// Labels by which something belongs to the question, most specific first.
using Focus = std::vector<std::pair<std::string, std::string>>;

// instance, pod, service, job, namespace, … of the alerts, without repeats.
Focus focus_of(const std::vector<model::Alert>& alerts);

// Histograms whose quantiles are asked for: each is as heavy for the server as all its buckets.
constexpr std::size_t kMostHistograms = 8;
constexpr std::size_t kMostBuckets = 3000;

// A metric among the discovered series.
struct Metric {
    std::string name;
    std::size_t series = 0;   // how many of that name
    std::size_t related = 0;  // how many of them the focus is about
    int nearness = 99;        // position in the focus of the best match; 99: none
    bool histogram = false;   // buckets: only quantiles of it are read
    std::size_t sets = 0;     // of a histogram: series of each quantile
};

// A request's worth of metrics.
struct Batch {
    std::vector<std::string> names;
    std::size_t series = 0;
};

struct Plan {
    std::vector<Batch> batches;
    std::vector<Metric> histograms;
    std::size_t planned = 0;   // series in the batches
    std::size_t left_out = 0;  // series beyond the budget
};

class Estate {
  public:
    // `series`: the data of /api/v1/series.
    void add(const base::Json& series, const Focus& focus);

    // (job, instance) of targets that watch something else than themselves.
    [[nodiscard]] bool exporter(const std::string& job, const std::string& instance) const;
    [[nodiscard]] std::size_t size() const { return seen_.size(); }

    // The most telling metrics first, at most `most` series with those of the two quantiles of
    // every histogram, each batch at most `batch` series.
    [[nodiscard]] Plan plan(std::size_t most, std::size_t batch) const;

  private:
    struct One {
        std::string name;
        std::string job;
        std::string instance;
        int nearness = 99;
        bool last_bucket = false;
    };
    std::set<std::string> seen_;  // series by their canonical labels
    std::vector<One> series_;
    std::set<std::pair<std::string, std::string>> exporters_;
};

// {__name__=~"a|b|c",service="x"}; `matcher` may be empty
std::string selector(const std::vector<std::string>& names, const std::string& matcher);

}  // namespace insight::collectors::prometheus
