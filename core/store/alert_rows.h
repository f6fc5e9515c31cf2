// Alerts and the groups they were delivered in, as rows. All inside a transaction; throw
// SqlFailure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/incident.h"
#include "core/store/sql.h"

namespace insight::store {

// Both lock the group until the end of the transaction: deliveries of one group follow each other,
// whichever process they came to.
struct AlertGroup {
    std::int64_t number = 0;  // 0: there is none
    bool is_new = false;      // made by this very transaction
};
AlertGroup find_group(Connection& database, const std::string& key);
AlertGroup find_or_add_group(Connection& database, const std::string& key);

// An alert with its JSON columns, see label_text.h.
struct AlertRow {
    const model::Alert& alert;
    std::string_view labels;
    std::string_view annotations;
};
void insert_alerts(Connection& database, std::int64_t group, std::int64_t incident,
                   const std::vector<AlertRow>& rows);

// The alerts of each of these incidents, in the same order; the opener first, the others by start
// and fingerprint.
std::vector<std::vector<model::Alert>> read_alerts(Connection& database,
                                                   std::span<const std::int64_t> incidents);

}  // namespace insight::store
