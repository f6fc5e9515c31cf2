// A change with everything that was read from it, once.
#pragma once

#include "analysis/changes/diff.h"
#include "analysis/changes/residue.h"
#include "analysis/changes/subjects.h"
#include "analysis/changes/values.h"

namespace insight::analysis::changes {

struct Read {
    const model::Change* change = nullptr;
    std::vector<Hunk> hunks;
    std::vector<std::string> files;
    Values values;
    Residue residue;
    std::vector<Touch> touches;
};

// The change must outlive what was read.
inline Read read_of(const model::Change& change) {
    Read read;
    read.change = &change;
    read.hunks = hunks_of(change);
    read.files = files_of(change, read.hunks);
    read.values = values_of(read.hunks);
    read.residue = residue_of(read.hunks);
    read.touches = touches_of(read.hunks, read.values, read.residue);
    return read;
}

}  // namespace insight::analysis::changes
