#include "analysis/health/database_series.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

namespace insight::analysis::health {
namespace {

struct Quantity {
    std::string_view system;
    std::string_view view;
    std::string_view key;
    std::string_view unit;
    std::array<std::string_view, 2> labels{};  // keys that tell rows of the view apart
    std::string_view name{};                   // where "system.view.key" would not say what it is
};

// collectors/README.md says what each view holds.
constexpr std::array kQuantities{
    Quantity{
        "postgresql", "saturation", "client_connections", "", {}, "postgresql.connections.used"},
    Quantity{"postgresql", "saturation", "usable", "", {}, "postgresql.connections.max"},
    Quantity{"postgresql", "database", "xid_age", "", {"database"}},
    Quantity{"postgresql", "database", "mxid_age", "", {"database"}},
    Quantity{"postgresql", "tables", "n_dead_tup", "", {"schema", "table"}},
    Quantity{"postgresql", "tables", "size_bytes", "By", {"schema", "table"}},
    Quantity{"postgresql", "slots", "retained_bytes", "By", {"slot"}},
    Quantity{"postgresql", "slots", "safe_wal_size_bytes", "By", {"slot"}},
    Quantity{"postgresql", "replication", "lag_bytes", "By", {"application_name", "client_addr"}},
    Quantity{"postgresql", "replication", "replay_lag_s", "s", {"application_name", "client_addr"}},
    Quantity{"postgresql", "standby", "replay_lag_bytes", "By"},
    Quantity{"redis", "info", "used_memory_bytes", "By"},
    Quantity{"redis", "info", "maxmemory_bytes", "By"},
    Quantity{"redis", "info", "connected_clients", ""},
    Quantity{"redis", "info", "maxclients", ""}};

}  // namespace

std::vector<model::Series> series_of(const std::vector<model::DatabaseRow>& rows,
                                     std::size_t most) {
    std::map<std::pair<std::string, model::Labels>, model::Series> found;
    for (const model::DatabaseRow& row : rows)
        for (const Quantity& quantity : kQuantities) {
            if (row.system != quantity.system || row.view != quantity.view) continue;
            const auto value = row.row.find(quantity.key);
            if (value == row.row.end() || !value->is_number()) continue;
            model::Labels labels{{"service", row.instance}};
            for (const std::string_view key : quantity.labels)
                if (!key.empty()) labels.emplace(key, base::text_at(row.row, key));
            const std::string name = quantity.name.empty() ? row.system + "." + row.view + "." +
                                                                 std::string(quantity.key)
                                                           : std::string(quantity.name);
            if (found.size() >= most && !found.contains({name, labels})) continue;
            model::Series& series = found[{name, labels}];
            series.name = name;
            series.labels = labels;
            series.unit = quantity.unit;
            series.type = model::SeriesType::Gauge;
            series.points.push_back({row.time, value->get<double>()});
        }
    std::vector<model::Series> out;
    for (auto& [key, series] : found) {
        std::stable_sort(
            series.points.begin(), series.points.end(),
            [](const model::Point& a, const model::Point& b) { return a.time < b.time; });
        out.push_back(std::move(series));
    }
    return out;
}

}  // namespace insight::analysis::health
