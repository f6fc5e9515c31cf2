#include "tests/unit/analysis/faults.h"

namespace insight::analysis::test {
namespace {

model::DatabaseRow table(Nanos time, double read) {
    return row("tables", time,
               {{"schema", "public"},
                {"table", "orders"},
                {"seq_scan", read / 200000},
                {"seq_tup_read", read},
                {"idx_scan", 0},
                {"n_live_tup", 200000}});
}

model::DatabaseRow redis(Nanos time, double evicted, double hits, double misses, double used) {
    return row("info", time,
               {{"used_memory_bytes", used},
                {"maxmemory_bytes", 33554432.0},
                {"maxmemory_policy", "allkeys-lru"},
                {"evicted_keys", evicted},
                {"keyspace_hits", hits},
                {"keyspace_misses", misses},
                {"total_error_replies", 0},
                {"run_id", "r1"},
                {"rejected_connections", 0}},
               "redis", "cart-cache");
}

}  // namespace

model::DatabaseRow edge(int waiter, int blocker, bool root, double wait, const char* relation) {
    return row("blocking", window().end,
               {{"waiter_pid", waiter},
                {"waiter_application", "checkout"},
                {"waiter_query", "UPDATE orders SET status = 'paid'"},
                {"blocker_pid", blocker},
                {"blocker_application", root ? "migration" : "checkout"},
                {"blocker_user", "owner"},
                {"blocker_state", root ? "idle in transaction" : "active"},
                {"blocker_state_age_s", 42.0},
                {"blocker_query", "ALTER TABLE orders ADD note text"},
                {"blocker_xact_age_s", 45.0},
                {"lock_mode", "RowExclusiveLock"},
                {"relation", relation},
                {"wait_age_s", wait},
                {"root", root}});
}

model::DatabaseRow saturation(Nanos time, int client) {
    return row("saturation", time,
               {{"client_connections", client},
                {"active", 2},
                {"idle", client - 2},
                {"idle_in_transaction", 0},
                {"max_connections", 40},
                {"reserved", 3},
                {"usable", 37},
                {"used_ratio", client / 37.0}});
}

model::DatabaseRow client(Nanos time, const char* name, int count) {
    return row("connections", time,
               {{"application_name", name},
                {"user", "app"},
                {"client_addr", "127.0.0.1"},
                {"database", "orders"},
                {"state", "idle"},
                {"count", count},
                {"oldest_state_age_s", 60.0}});
}

model::Signals leaking() {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += kMinute) {
        const int leaked =
            time > kStart + kMinute ? static_cast<int>((time - kStart) / kMinute) * 5 : 0;
        signals.databases.push_back(saturation(time, 8 + (time == window().end ? 29 : leaked)));
        signals.databases.push_back(client(time, "checkout", 8));
        if (leaked > 0)
            signals.databases.push_back(
                client(time, "report-exporter", time == window().end ? 29 : leaked));
    }
    return signals;
}

model::DatabaseRow statement(Nanos time, double calls, double spent) {
    return row("statements", time,
               {{"queryid", "-42"},
                {"calls", calls},
                {"total_exec_time_ms", spent},
                {"mean_ms", spent / calls},
                {"rows", calls},
                {"query", "SELECT * FROM orders WHERE customer_id = $1"}});
}

model::Signals index_lost(bool missed) {
    model::Signals signals;
    const Nanos dropped = kStart + 2 * kMinute;
    double calls = 1000;
    double spent = 200;
    double read = 0;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const bool slow = missed && time > dropped;
        calls += 150;
        spent += 150 * (slow ? 45 : 0.2);
        if (slow) read += 150.0 * 200000;
        signals.databases.push_back(statement(time, calls, spent));
        signals.databases.push_back(table(time, read));
    }
    model::Change change;
    change.time = dropped;
    change.not_before = dropped - 15 * kSecond;
    change.kind = "config";
    change.entity = "orders-db";
    change.summary = "index orders_customer_id_idx on public.orders was dropped";
    change.before =
        "CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id)";
    change.ref = "postgresql/orders-db";
    signals.changes = {change};
    return signals;
}

model::Signals evicting(bool always) {
    model::Signals signals;
    double evicted = 0;
    double hits = 0;
    double misses = 0;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const bool pressed = time > kStart + kMinute;
        if (always || pressed) evicted += 15 * 400;
        hits += pressed ? 200 : 490;
        misses += pressed ? 300 : 10;
        signals.databases.push_back(
            redis(time, evicted, hits, misses, pressed || always ? 33.4e6 : 8e6));
        signals.databases.push_back(row(
            "clients", time, {{"name", "cart"}, {"cmd", "get"}, {"count", 2}, {"max_age_s", 500}},
            "redis", "cart-cache"));
        if (pressed)
            signals.databases.push_back(
                row("clients", time,
                    {{"name", "bulk-import"}, {"cmd", "set"}, {"count", 1}, {"max_age_s", 20}},
                    "redis", "cart-cache"));
    }
    signals.coverage.push_back(answered("redis/cart-cache"));
    return signals;
}

}  // namespace insight::analysis::test
