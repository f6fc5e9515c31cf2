// Evidence that a statement cites, and the entities of the window it is about.
#pragma once

#include "core/model/report.h"

namespace insight::agent::reasoning::test {

inline model::Evidence evidence(base::Json content, std::string title = "t",
                                std::string query = "") {
    model::Evidence out;
    out.id = "E1";
    out.title = std::move(title);
    out.query = std::move(query);
    out.content = std::move(content);
    return out;
}

inline const std::set<std::string> kNames{"cart", "checkout", "payment", "orders-db"};

inline const model::Evidence kCpuOfCart =
    evidence({{"kind", "series"},
              {"name", "cpu_usage"},
              {"labels", {{"service", "cart"}}},
              {"unit", "%"},
              {"points", {{1795000000, 11.0}, {1795000030, 12.4}, {1795000060, 48.0}}},
              {"baseline", {{"median", 11.5}}},
              {"window", {{"median", 48.0}}}},
             "cpu of cart");

}  // namespace insight::agent::reasoning::test
