// When commits reached a branch. A commit of a pull request is older than the merge that brought
// it in, and it is the merge's time that production can have felt.
#pragma once

#include <vector>

#include "github/data.h"

namespace insight::github {

struct Landed {
    const Commit* commit = nullptr;
    Nanos time = 0;
};

// `listed` is a branch's history, newest first, as GitHub lists it. Merges whose commits are
// listed stand for nothing themselves and are left out; one whose commits are all older than the
// list stands for them. Newest first.
std::vector<Landed> landings(const std::vector<Commit>& listed);

}  // namespace insight::github
