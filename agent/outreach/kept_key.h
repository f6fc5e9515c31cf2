// Keys of our own: made once, kept in the store, never shown.
#pragma once

#include <string>

#include "core/base/secret.h"
#include "core/store/store.h"

namespace insight::outreach {

// 32 random bytes as hexadecimal digits; the same at every start. Two processes that ask at the
// same time get the same one. Errors: Unavailable.
base::Result<base::Secret> kept_key(store::Store& store, const std::string& name);

}  // namespace insight::outreach
