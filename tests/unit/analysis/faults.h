// What PostgreSQL and Redis show of faults that the engine must name.
#pragma once

#include "tests/unit/analysis/builders.h"

namespace insight::analysis::test {

// A session that waits for another one's lock; root: nobody holds the other up.
model::DatabaseRow edge(int waiter, int blocker, bool root, double wait,
                        const char* relation = "public.orders");

model::DatabaseRow saturation(Nanos time, int client);
model::DatabaseRow client(Nanos time, const char* name, int count);

// "report-exporter" takes five connections a minute until none is left.
model::Signals leaking();

model::DatabaseRow statement(Nanos time, double calls, double spent);

// An index goes two minutes into the window; missed: a statement was quick through it.
model::Signals index_lost(bool missed);

// A cache at its limit; always: before the window as well.
model::Signals evicting(bool always);

}  // namespace insight::analysis::test
