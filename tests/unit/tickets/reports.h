// Reports in their public shape, as small as a ticket needs them.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::tickets::test {

using base::Json;

inline Json cause(const std::string& name, const std::string& cause_class, double probability,
                  const std::string& evidence = "E1") {
    return {{"entity", {{"kind", "database"}, {"name", name}}},
            {"level", "config"},
            {"class", cause_class},
            {"probability", probability},
            {"statement", "It is " + cause_class + "."},
            {"evidence", {evidence}}};
}

inline Json report(const std::string& incident = "inc-0000000000000001",
                   const std::string& group = "{}:{alertname=\"Slow\"}") {
    return {{"incident",
             {{"id", incident},
              {"origin", "alert"},
              {"groupKey", group},
              {"scope", {{"cluster", "eu"}, {"namespace", "shop"}}},
              {"alert",
               {{"labels", {{"alertname", "Slow"}, {"severity", "warning"}}},
                {"startsAt", "2023-11-14T22:10:00Z"}}}}},
            {"verdict", "cause"},
            {"confidence", 0.9},
            {"summary", "orders-db lost an index."},
            {"causes", {cause("orders-db", "missing_index", 0.9)}},
            {"impact",
             {{"severity", "warning"},
              {"services", {{{"entity", {{"kind", "service"}, {"name", "checkout"}}}}}}}},
            {"evidence", {{"E1", {{"digest", "d1"}}}, {"E2", {{"digest", "d2"}}}}}};
}

}  // namespace insight::tickets::test
