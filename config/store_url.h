// Where the store lies, apart from its password: what is left may be logged and shown.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace insight::config {

struct StoreUrl {
    std::string shown;
    base::Secret password;  // empty: the URL held none
};

// Checks the form only: an absolute path, or a server and a database. Errors: Invalid, in words
// that go on after the name of the key.
base::Result<StoreUrl> store_url(const std::string& text);

// A password that stands in the file itself: `written` is the URL before ${NAME} is replaced.
bool has_written_password(const std::string& written);

}  // namespace insight::config
