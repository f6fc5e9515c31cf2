// A diff taken apart, and what it touches.
#include "analysis/changes/reverts.h"
#include "analysis/changes/substance.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {

void diffs(std::string_view bytes) {
    model::Change change;
    change.time = kStart;
    change.kind = "commit";
    change.diff = bytes;
    change.summary = std::string(bytes.substr(0, bytes.find('\n')));
    change.ref = "4f5a1c9e0b7d";
    const analysis::changes::Read read = analysis::changes::read_of(change);
    must(read.touches.size() <= 32, "touches are bounded");
    const analysis::changes::Substance substance = analysis::changes::substance_of(read);
    must(substance.trivial >= 0 && substance.trivial <= 1, "a share is one");
    model::Change back = change;
    back.time += base::kMinute;
    back.ref = "0000000aaaa";
    const analysis::changes::Reverts reverts = analysis::changes::reverts_among({&change, &back});
    must(reverts.taken_back_by.size() <= 1, "one pair at most");
}

}  // namespace insight::fuzz
