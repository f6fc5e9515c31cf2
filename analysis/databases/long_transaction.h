// A transaction that stays open: what it holds back, others wait for later.
#pragma once

#include <string>

#include "analysis/databases/rules.h"

namespace insight::analysis::databases {

struct LongTransaction {
    double age = 0;  // seconds
    std::string statement;
    std::string brief;
    std::string evidence;  // its id
    std::string command;   // looks at it again
};

// `at`: the row that shows it.
void add_long_transaction(Context& context, const Row& at, LongTransaction transaction);

}  // namespace insight::analysis::databases
