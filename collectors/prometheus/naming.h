// What a metric's name tells: noise, type, unit, how much it is worth. Conventions:
// https://prometheus.io/docs/practices/naming/. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::prometheus {

// What a target says about itself as a program, not about its work (go_*, promhttp_*, scrape_*,
// prometheus_*, …); `exporter`: its process_* too, for the process is not what is watched.
bool is_noise(std::string_view name, bool exporter);

// A series only an exporter has: whoever shows it watches something else.
bool marks_exporter(std::string_view name);

// 0 is worth most: traffic, errors, latency, saturation; 1 the rest; 2 settings and descriptions.
int rank(std::string_view name);

struct Described {
    model::SeriesType type = model::SeriesType::Unknown;
    std::string unit;  // UCUM
};

// Types and units by metric name from /api/v1/metadata, else from the name's suffix.
class Dictionary {
  public:
    Dictionary() = default;
    explicit Dictionary(const base::Json& metadata);

    [[nodiscard]] Described describe(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return known_.size(); }

  private:
    struct Entry {
        std::string type;
        std::string unit;
    };
    std::map<std::string, Entry, std::less<>> known_;
};

}  // namespace insight::collectors::prometheus
