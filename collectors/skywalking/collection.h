// One collection from one OAP server, step by step: metrics in one lane, traces and logs in
// another beside it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/skywalking/estate.h"
#include "collectors/skywalking/features.h"
#include "collectors/skywalking/golden.h"
#include "collectors/skywalking/measure.h"
#include "collectors/skywalking/traces.h"

namespace insight::collectors::skywalking {

struct Limits {
    std::size_t series = 1500;
    std::size_t traces = 400;
    std::size_t logs = 4000;
};

class Collection {
  public:
    Collection(Api& api, const Request& request, Limits limits, model::Scope scope,
               std::map<std::string, std::string> given_names, const base::Clock& clock);

    model::Signals run();

  private:
    // False: nothing more can be had from this server.
    bool look_around();
    bool read_time();
    bool read_services();
    void read_map();
    void choose();

    void read_metrics();
    void read_records();
    void list_metrics();
    void service_series();
    void relation_series();
    void part_series();
    void measure_all(const std::string& what, std::vector<Wanted>& wanted);
    std::vector<std::string> endpoints_of(const Service& service, const base::Json& tops) const;
    std::vector<Question> instance_questions(const std::vector<const Service*>& services) const;
    std::vector<Question> endpoint_questions(const std::vector<const Service*>& services) const;
    [[nodiscard]] base::Json entity_of(const Service& service) const;
    [[nodiscard]] model::Labels labels_of(const Service& service) const;

    Api& api_;
    const Request& request_;
    Limits limits_;
    model::Scope scope_;
    const base::Clock& clock_;
    Names names_;
    std::string source_;
    std::vector<model::Interval> intervals_;
    model::Interval whole_;
    Coverage metric_coverage_;
    Features features_{base::Json::object()};
    When when_;
    std::vector<Service> services_;
    Map map_;
    Order order_;
    std::set<std::string> known_metrics_;
    model::Signals metrics_;  // of the first lane
    model::Signals records_;  // of the second
};

}  // namespace insight::collectors::skywalking
