// Rules over collected database state. Each looks at one instance and may add findings.
#pragma once

#include <span>
#include <vector>

#include "analysis/databases/rows.h"
#include "analysis/sight.h"

namespace insight::analysis::databases {

// All of it outlives the rule; rules add findings and evidence and change nothing else.
struct Context {
    const Instance& instance;
    const model::Window& window;
    const std::vector<model::Change>& changes;
    EvidenceBook& evidence;
    std::vector<Finding>& findings;
};

using Rule = void (*)(Context&);

// every data store
void stops_answering(Context& context);  // it answered, and does not any more

// PostgreSQL
void blocking_tree(Context& context);          // sessions that wait for another session's lock
void failing_transactions(Context& context);   // more of them are rolled back than before
void crash_recovery(Context& context);         // a process of it died, and every session was cut
void deadlocks(Context& context);              // transactions ended for waiting in a circle
void connection_saturation(Context& context);  // (nearly) all connections in use, and by whom
void long_transactions(Context& context);      // open for long without blocking anybody yet
void lost_index(Context& context);             // an index went away and its table is read in full
void slower_statements(Context& context);      // a statement takes longer than it used to
void heavy_statement(Context& context);        // a statement begins to take most of the time
void replica_lags(Context& context);           // a standby does not keep up
void commits_wait_for_standby(Context& context);  // synchronous replication holds commits up
void standby_stands_still(Context& context);      // this standby: replay paused, or no primary
void slot_retains_wal(Context& context);          // a slot without a reader keeps WAL, or lost it
void archiver_fails(Context& context);            // WAL cannot be archived
void wraparound_near(Context& context);           // transaction ids run out

// Redis
void memory_eviction(Context& context);     // the memory limit is reached: keys go, or writes fail
void client_saturation(Context& context);   // connections refused at maxclients
void heavy_command(Context& context);       // a command begins to take most of the time
void flushed(Context& context);             // one call threw the keys away
void save_fails(Context& context);          // snapshot or append-only file cannot be written
void replication_broken(Context& context);  // this replica has lost its master
void redis_replica_lags(Context& context);  // a replica does not keep up
void cluster_down(Context& context);        // slots of the cluster are not served

// Neo4j
void neo4j_blocking(Context& context);      // transactions that wait for another one's lock
void neo4j_lost_index(Context& context);    // an index went away and a query reads without it
void neo4j_long_queries(Context& context);  // queries and transactions that go on for long
void neo4j_databases(Context& context);     // a database that should be online is not
void neo4j_indexes(Context& context);       // an index that failed, or is still being built
void neo4j_memory(Context& context);        // heap, or what transactions may have of it, runs out
void neo4j_page_cache(Context& context);    // the page cache misses more than it used to

// Elasticsearch, OpenSearch
void unassigned_shards(Context& context);  // a shard without a node, and why
void disk_watermark(Context& context);     // a disk at its watermark; indices that became read-only
void pool_rejections(Context& context);    // thread pools that reject requests
void breaker_trips(Context& context);      // circuit breakers that trip
void slow_tasks(Context& context);         // searches and other tasks that go on for long
void error_lines(Context& context);        // a service that writes more error lines than usual

// The rules for a system, in a fixed order; empty for a system without any.
std::span<const Rule> rules_for(std::string_view system);

// The family as a Detector: every rule over every instance.
void find_clues(const Sight& sight, Detection& into);

}  // namespace insight::analysis::databases
