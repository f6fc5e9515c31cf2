// A name as what was collected spells it: a person writes "Checkout", the cluster "checkout".
#pragma once

#include <string>
#include <string_view>

#include "core/model/signals.h"

namespace insight::agent {

// A name that somebody wrote, held against known ones.
class Spelling {
  public:
    explicit Spelling(std::string written);

    // True where it is spelled as it was written: no other can be meant any more.
    bool meet(std::string_view known);

    // As written where it was met so, or in no letters at all; else as it was met first.
    [[nodiscard]] const std::string& best() const { return other_.empty() ? written_ : other_; }

  private:
    const std::string written_, lower_;
    std::string other_;  // the first that differs in the case of its letters only
    bool met_ = false;
};

// The name itself where some signal has it so, or none has it in any letters; else how they spell
// it.
std::string spelled_as_known(const std::string& name, const model::Signals& signals);

}  // namespace insight::agent
