// The second reading of a file of key and value lines after an edit.
#pragma once

#include <fmt/format.h>

#include <vector>

#include "github/edits/value_edit.h"

namespace insight::github::edits {

// `edited` as it is when `now` is `before` but for one entry, which has the value `wanted`:
// `changed`, or where `edited` says that one was added, the last. Else Corrupt. Entry has a key and
// a value.
template <class Entry>
base::Result<Edited> if_one_changed(Edited edited, const std::vector<Entry>& before,
                                    const std::vector<Entry>& now, const Entry* changed,
                                    const std::string& wanted) {
    bool same = now.size() == before.size() + (edited.added ? 1 : 0);
    for (std::size_t i = 0; same && i < now.size(); ++i) {
        const bool is_it = edited.added ? i == before.size() : &before[i] == changed;
        same = is_it ? now[i].value == wanted
                     : now[i].key == before[i].key && now[i].value == before[i].value;
    }
    if (!same)
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("line {}: the value cannot be changed by itself; use a patch",
                                      edited.line));
    return edited;
}

}  // namespace insight::github::edits
