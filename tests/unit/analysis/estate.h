// A small shop of services that call each other, with what they would report of a fault: series of
// requests and resources, spans, lines. Faults are functions of time; everything else follows from
// who calls whom.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis::test {

// What one service is like at a moment; healthy unless a fault says otherwise.
struct Health {
    double own_ms = 10;         // its own work
    double failing = 0;         // share of requests that it fails by itself
    double wire_ms = 1;         // between it and whoever calls it
    double lost = 0;            // share of calls towards it that time out after a second
    double cpu = 0.2;           // cores
    double memory = 200 << 20;  // bytes
    double traffic = 1;         // share of the usual requests that callers send
    bool gone = false;          // its pods report nothing
    int restarts = 0;           // so far
};

using Fault = std::function<void(const std::string& service, Nanos time, Health& health)>;

constexpr Nanos kOnset = kStart + kMinute;

// From the onset on; `change` is told how long ago that was.
Fault since_onset(const std::string& who, const std::function<void(Nanos, Health&)>& change);

// Changes for it.
void busy(Nanos, Health& health);
void failing(Nanos, Health& health);

// What alerts speak of.
constexpr const char* kSlow = "http_server_latency_avg_seconds";
constexpr const char* kFailing = "http_server_error_ratio";

class Estate {
  public:
    explicit Estate(Fault fault, unsigned seed = 5) : fault_(std::move(fault)), noise_(seed) {}

    // front → checkout → payment, stock → stock-db; front → catalog → stock
    [[nodiscard]] static const std::map<std::string, std::vector<std::string>>& calls();

    void add_metrics(model::Signals& into, Nanos step = kStep, double per_second = 20);
    void add_spans(model::Signals& into, double per_second = 1);

  private:
    Health at(const std::string& service, Nanos time) const;
    double milliseconds(const std::string& service, Nanos time) const;
    double failing(const std::string& service, Nanos time) const;
    // Returns the end of the call and whether it failed.
    std::pair<Nanos, bool> call(model::Signals& into, const std::string& trace,
                                const std::string& parent, const std::string& caller,
                                const std::string& service, Nanos start);
    double varied(double value, double spread) { return value * std::exp(noise_(0, spread)); }

    Fault fault_;
    Noise noise_;
    int spans_ = 0;
};

enum class Sources { Metrics, Spans, Both };

// With a trace every four seconds.
model::Signals signals_of(Estate estate, Sources sources);

// That the front is slow or fails.
model::Incident alert_about(const std::string& metric);

}  // namespace insight::analysis::test
