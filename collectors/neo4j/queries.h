// What Neo4j is asked, one view a statement; the keys of the rows are documented in
// collectors/README.md. Nothing reads nodes, relationships or parameters of queries. Statements
// are plain Cypher 5, which newer servers still speak; older forms follow the newer one.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace insight::collectors::neo4j {

struct View {
    std::string_view name;
    // tried in turn while the server does not know them; empty ones end the list
    std::array<std::string_view, 3> forms;
    std::size_t limit;       // rows beyond are left out and said so
    std::string_view grant;  // what allows it on Enterprise; {} is the role
};

// On database system, which answers even when no other database does.

inline constexpr View kDatabases{"databases",
                                 {"SHOW DATABASES YIELD *", "SHOW DATABASES"},
                                 300,
                                 "GRANT ACCESS ON DATABASE * TO {}"};

// The same without what the server has to ask of every database, one of which may hang.
inline constexpr View kDatabaseStates{
    "databases", {"SHOW DATABASES"}, 300, "GRANT ACCESS ON DATABASE * TO {}"};

// Oldest first: who blocks is older than who waits. One more than is kept, so that a cut is
// noticed.
inline constexpr View kTransactions{
    "transactions",
    {"SHOW TRANSACTIONS YIELD transactionId, database, username, status, statusDetails, startTime, "
     "elapsedTime, waitTime, cpuTime, currentQuery, currentQueryId, currentQueryStatus, "
     "currentQueryElapsedTime, currentQueryWaitTime, indexes, resourceInformation, "
     "activeLockCount, estimatedUsedHeapMemory, allocatedDirectBytes, pageHits, pageFaults, "
     "connectionId, clientAddress, protocol, metaData, outerTransactionId, planner, runtime "
     "ORDER BY elapsedTime DESC LIMIT 501",
     "SHOW TRANSACTIONS YIELD *", "CALL dbms.listTransactions()"},
    500,
    "GRANT SHOW TRANSACTION (*) ON DATABASE * TO {}"};

inline constexpr View kConnections{"connections",
                                   {"CALL dbms.listConnections() YIELD connectionId, connector, "
                                    "username, userAgent, clientAddress, connectTime"},
                                   5000,
                                   "GRANT EXECUTE PROCEDURE dbms.listConnections ON DBMS TO {}"};

// The server masks the values of secrets itself.
inline constexpr View kSettings{
    "settings",
    {"SHOW SETTINGS YIELD name, value, isDynamic, isExplicitlySet WHERE isExplicitlySet OR name IN "
     "['dbms.memory.transaction.total.max', 'db.memory.transaction.max', "
     "'db.memory.transaction.total.max', 'db.transaction.timeout', "
     "'db.transaction.concurrent.maximum', 'db.lock.acquisition.timeout', "
     "'server.memory.pagecache.size', 'server.memory.heap.max_size', "
     "'server.bolt.thread_pool_max_size', 'server.databases.default_to_read_only', "
     "'server.jvm.additional']",
     "SHOW SETTINGS YIELD name, value, isDynamic", "CALL dbms.listConfig() YIELD name, value"},
    1000,
    "GRANT SHOW SETTING * ON DBMS TO {}"};

// Heap alone: the one bean that may be asked for whole (others hold the process's environment).
inline constexpr View kHeap{"memory",
                            {"CALL dbms.queryJmx('java.lang:type=Memory')"},
                            1,
                            "GRANT EXECUTE PROCEDURE dbms.queryJmx ON DBMS TO {}"};

// On a user's database, for database system has no projections.

inline constexpr View kJvm{
    "memory",
    {"UNWIND ['java.lang:type=Memory', 'java.lang:type=GarbageCollector,*', "
     "'java.lang:type=MemoryPool,*', 'java.lang:type=OperatingSystem', 'java.lang:type=Runtime'] "
     "AS pattern CALL dbms.queryJmx(pattern) YIELD name, attributes RETURN name, "
     "attributes{.HeapMemoryUsage, .CollectionCount, .CollectionTime, .CollectionUsage, .Usage, "
     ".Type, .StartTime, .OpenFileDescriptorCount, .MaxFileDescriptorCount, .ProcessCpuLoad, "
     ".AvailableProcessors} AS attributes"},
    100,
    "GRANT EXECUTE PROCEDURE dbms.queryJmx ON DBMS TO {}"};

// Enterprise publishes its metrics as beans as well (server.metrics.jmx.enabled).
inline constexpr View kMetrics{
    "metrics",
    {"CALL dbms.queryJmx('neo4j.metrics:*') YIELD name, attributes WHERE name CONTAINS "
     "'page_cache' OR name CONTAINS 'store.size' OR name CONTAINS 'bolt.connections' OR name "
     "CONTAINS 'thread_pool' OR name CONTAINS 'check_point' RETURN name, attributes{.Value, "
     ".Count} "
     "AS attributes"},
    2000,
    "GRANT EXECUTE PROCEDURE dbms.queryJmx ON DBMS TO {}"};

// On each database.

inline constexpr View kIndexes{
    "indexes",
    {"SHOW INDEXES YIELD name, state, populationPercent, type, entityType, labelsOrTypes, "
     "properties, owningConstraint, lastRead, readCount, failureMessage, createStatement",
     "SHOW INDEXES YIELD *", "CALL db.indexes()"},
    500,
    "GRANT SHOW INDEX ON DATABASE * TO {}"};

inline constexpr View kConstraints{
    "constraints",
    {"SHOW CONSTRAINTS YIELD name, type, entityType, labelsOrTypes, properties, createStatement",
     "SHOW CONSTRAINTS", "CALL db.constraints()"},
    500,
    "GRANT SHOW CONSTRAINT ON DATABASE * TO {}"};

// Enterprise only.

inline constexpr View kServers{
    "servers",
    {"SHOW SERVERS YIELD name, address, state, health, hosting", "CALL dbms.cluster.overview()"},
    100,
    "GRANT SHOW SERVERS ON DBMS TO {}"};

inline constexpr std::string_view kPrivileges = "SHOW USER PRIVILEGES AS COMMANDS YIELD command";

// Ends every statement: HTTP gives a transaction no application name, and this is how the server's
// query log and SHOW TRANSACTIONS tell who asked.
inline constexpr std::string_view kMark = " /* devops-insight */";

// Everything above, so that what a slow server still runs for us is not taken for a client's.
inline constexpr std::array kViews{&kDatabases, &kDatabaseStates, &kTransactions, &kConnections,
                                   &kSettings,  &kHeap,           &kJvm,          &kMetrics,
                                   &kIndexes,   &kConstraints,    &kServers};

// The rights that all of this takes on Enterprise, and the words in a command that show them.
struct Right {
    std::string_view grant;  // {} is the role
    std::array<std::string_view, 3> shown_by;
};

inline constexpr std::array kRights{
    Right{"GRANT ACCESS ON DATABASE * TO {}", {"GRANT ACCESS", "ALL DATABASE PRIVILEGES"}},
    Right{"GRANT SHOW TRANSACTION (*) ON DATABASE * TO {}",
          {"SHOW TRANSACTION", "TRANSACTION MANAGEMENT", "ALL DATABASE PRIVILEGES"}},
    Right{"GRANT SHOW INDEX ON DATABASE * TO {}",
          {"SHOW INDEX", "INDEX MANAGEMENT", "ALL DATABASE PRIVILEGES"}},
    Right{"GRANT SHOW CONSTRAINT ON DATABASE * TO {}",
          {"SHOW CONSTRAINT", "CONSTRAINT MANAGEMENT", "ALL DATABASE PRIVILEGES"}},
    Right{"GRANT SHOW SETTING * ON DBMS TO {}", {"SHOW SETTING", "ALL DBMS PRIVILEGES"}},
    Right{"GRANT SHOW SERVERS ON DBMS TO {}",
          {"SHOW SERVERS", "SERVER MANAGEMENT", "ALL DBMS PRIVILEGES"}},
    Right{"GRANT EXECUTE PROCEDURE dbms.* ON DBMS TO {}",
          {"EXECUTE PROCEDURE", "EXECUTE ADMIN", "ALL DBMS PRIVILEGES"}},
};

}  // namespace insight::collectors::neo4j
