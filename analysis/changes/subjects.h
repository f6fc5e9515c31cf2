// What a diff touches: a table of subjects, each with the harm it can bring about.
#pragma once

#include <string>
#include <vector>

#include "analysis/changes/diff.h"
#include "analysis/changes/effects.h"
#include "analysis/changes/residue.h"
#include "analysis/changes/values.h"

namespace insight::analysis::changes {

// How a subject shows in a diff.
enum class Sense {
    Removed,  // more lines of it were taken away than put in
    Added,    // more were put in
    Lowered,  // a number on such a line fell; not a time
    Raised,
    Shortened,  // a time on such a line
    Lengthened,
    Turned,   // its text changed but the line is still there
    Renamed,  // a quoted name gave way to another one
};

struct Brings {
    Effect effect;
    double likely;  // 0 to 1: how readily it follows
};

struct Subject {
    std::string_view name;  // for people, e.g. "connection pool"
    Sense sense;
    std::string_view pattern;  // RE2, any case, on a changed line
    double risk;               // 0 to 1: how often such a change does harm
    std::vector<Brings> brings;
};

// The table, in the order of what it is about.
const std::vector<Subject>& subjects();

// One subject found in a diff.
struct Touch {
    const Subject* subject = nullptr;
    std::string line;    // the changed line that shows it
    std::string before;  // of a number, as written; empty otherwise
    std::string after;
    double strength = 1;  // 0 to 1: how far a number moved
};

// "lowers the size of a pool from 50 to 10"
std::string said_of(const Touch& touch);

// At most 32 touches, the riskiest first. Lines that do nothing (comments, layout) and files that
// do not run (documents, tests) touch nothing.
std::vector<Touch> touches_of(const std::vector<Hunk>& hunks, const Values& values,
                              const Residue& residue);

}  // namespace insight::analysis::changes
