// A report as an investigation writes it, small enough to change in one place.
#pragma once

#include "core/base/json.h"

namespace insight::test {

using base::Json;

inline Json some_report() {
    Json report;
    report["incident"] = {{"id", "inc-0123456789abcdef"},
                          {"scope", {{"cluster", "shop-prod-eu"}, {"namespace", "checkout-team"}}},
                          {"alert",
                           {{"labels",
                             {{"alertname", "OrdersStatementsSlow"},
                              {"service", "orders-db"},
                              {"tenant", "acme-corp"},
                              {"severity", "warning"}}}}}};
    report["verdict"] = "cause";
    report["confidence"] = 0.95;
    report["claims"] = {{"checked", 12}, {"proven", 12}, {"removed", 0}};
    report["evidence"] = {
        {"E1",
         {{"title", "index orders_customer_id_idx on public.orders was dropped"},
          {"source", "postgresql/orders-db"},
          {"query", ""},
          {"content", {{"kind", "change"}, {"changeKind", "config"}, {"author", "jane.doe"}}}}},
        {"E2",
         {{"title", "reads of public.orders"},
          {"source", "postgresql/orders-db"},
          {"query", "view tables"},
          {"content",
           {{"kind", "rows"},
            {"columns", {"relname", "state"}},
            {"rows", {{"customer_ledger", "active"}}}}}}},
        {"E3",
         {{"title", "pg_table_seq_tup_read_total of orders-db"},
          {"source", "prometheus/main"},
          {"query", ""},
          {"content",
           {{"kind", "series"},
            {"name", "pg_table_seq_tup_read_total"},
            {"labels", {{"instance", "10.4.5.6:9187"}}},
            {"facts", {{"before", "0/s"}, {"now", "4,006,187/s"}}}}}}}};
    report["causes"] = {
        {{"entity", {{"kind", "database"}, {"name", "orders-db"}}},
         {"class", "missing_index"},
         {"level", "config"},
         {"probability", 0.96},
         {"statement",
          "Index orders_customer_id_idx on public.orders was dropped; since then the table of "
          "orders-db is read in full, 3,879,326 rows per second instead of 0; `SELECT 1 FROM "
          "customer_ledger` takes 39.2 ms."},
         {"evidence", {"E1", "E2", "E3"}},
         {"against", Json::array()},
         {"rivals",
          {{{"class", "slow_statement"},
            {"entity", {{"kind", "database"}, {"name", "orders-db"}}},
            {"ruledOutBy", "it is what missing_index brings about"}}}},
         {"overturnedBy", {{"statement", "If the plan never used it, its loss is no cause."}}}}};
    report["clues"] = {{{"kind", "lost_index"},
                        {"entity", {{"kind", "database"}, {"name", "orders-db"}}},
                        {"statement", "the index is gone"}}};
    report["impact"] = {
        {"services", {{{"entity", {{"kind", "service"}, {"name", "checkout-api"}}}}}}};
    return report;
}

}  // namespace insight::test
