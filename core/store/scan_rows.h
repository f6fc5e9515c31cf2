// Scans, schedules and suppressions as rows. All inside a transaction; throw SqlFailure.
#pragma once

#include "core/store/rows.h"
#include "core/store/scans.h"

namespace insight::store {

bool has_scan(Connection& database, const ScanKey& key);
// False: it was there. Errors: Conflict, also when another process opens it just now.
base::Result<bool> write_scan(Connection& database, const model::Incident& incident,
                              const ScanKey& key);
base::Result<std::vector<ScanRow>> read_scans(Connection& database, const ScanQuery& query);
base::Result<ScanKey> read_scan_key(Connection& database, const std::string& incident);
base::Result<std::string> read_previous_scan(Connection& database, const std::string& incident);
base::Result<Nanos> mark_schedule(Connection& database, const ScheduleMark& mark);

void write_suppression(Connection& database, const model::Suppression& suppression);
base::Result<std::vector<model::Suppression>> read_suppressions(Connection& database);
base::Status remove_suppression(Connection& database, const std::string& id);

}  // namespace insight::store
