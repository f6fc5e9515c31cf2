// Incidents, stages, reports, samples and tokens as rows. All inside a transaction; throw
// SqlFailure.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/jobs.h"
#include "core/store/sql.h"
#include "core/store/store.h"

namespace insight::store {

base::Status open_incident(Connection& database, const model::Incident& incident, bool queue);
std::int64_t incident_number(Connection& database, const std::string& id);  // 0: there is none
base::Result<IncidentRow> read_incident(Connection& database, const std::string& id);
base::Result<std::vector<IncidentRow>> read_incidents(Connection& database,
                                                      const IncidentQuery& query);

base::Status write_stage(Connection& database, const Job& job, const std::string& stage,
                         const std::string& bytes);
base::Result<std::string> read_stage(Connection& database, const std::string& incident,
                                     const std::string& stage);

struct ReportColumns {
    const std::string& content;
    const std::string& verdict;
    double confidence;
    const std::string& summary;
};
base::Status write_report(Connection& database, const Job& job, const ReportColumns& report);
base::Result<std::string> read_report(Connection& database, const std::string& incident);

void write_sample(Connection& database, const Sample& sample, const std::string& content);
base::Result<std::vector<Sample>> read_samples(Connection& database, const std::string& source,
                                               const std::string& instance, Nanos from, Nanos to);

base::Status write_token(Connection& database, const std::string& sha256, const Token& token);
base::Result<Token> read_token(Connection& database, const std::string& sha256);
base::Result<std::vector<Token>> read_tokens(Connection& database);
base::Status remove_token(Connection& database, const std::string& name);

}  // namespace insight::store
