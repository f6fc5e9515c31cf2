// A statement of a model as people see it; what is looked up is exactly that.
#pragma once

#include <string>

namespace insight::agent::reasoning {

// One line, without ids in brackets, emphasis and what nobody sees; bounded.
std::string shown_statement(const std::string& statement);

}  // namespace insight::agent::reasoning
