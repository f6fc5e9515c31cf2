// The audit chain as a door: what is let in stays for ever, and is exported and read by others.
#pragma once

#include <functional>

#include "core/base/redaction.h"
#include "core/base/secret.h"
#include "core/store/store.h"

namespace insight::agent {

// From now on every entry of the store's audit chain, whoever writes it, passes a border that knows
// the window of the entry's incident. With the key of the other doors a value has the same token
// here as there; it is asked for at the first entry, so that commands which only read write
// nothing. Before the first entry.
void guard_audit(store::Store& store, base::RedactionRules rules,
                 std::function<base::Secret()> key);

}  // namespace insight::agent
