// A document read, changed and written; again when another writer was faster.
#pragma once

#include <functional>
#include <string>

#include "core/store/documents.h"

namespace insight::evomap {

// A document that was never written comes to `edit` as version 0 of an empty one, so that first and
// later writers are told apart by the store alone. Errors: those of Documents; Conflict after many
// writers in a row.
base::Status change_document(store::Documents& documents, const std::string& collection,
                             const std::string& key,
                             const std::function<void(store::Document&)>& edit);

}  // namespace insight::evomap
