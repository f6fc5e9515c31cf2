#include "core/store/sql.h"

#include <utility>

namespace insight::store {

void Connection::commit() {
    const bool job_waits = std::exchange(job_waits_, false);
    commit_now(job_waits);
    if (job_waits) bell_.ring();
}

std::int64_t Connection::integer(std::string_view sql) {
    Query query(*this, sql);
    return query.next() ? query.integer(0) : 0;
}

}  // namespace insight::store
