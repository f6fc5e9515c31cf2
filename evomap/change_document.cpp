#include "evomap/change_document.h"

namespace insight::evomap {
namespace {

// The courier and a person at the command line: more than a few collisions in a row is a defect.
constexpr int kTries = 8;

}  // namespace

base::Status change_document(store::Documents& documents, const std::string& collection,
                             const std::string& key,
                             const std::function<void(store::Document&)>& edit) {
    for (int i = 0;; ++i) {
        auto document = documents.document(collection, key);
        if (!document && document.error().kind != base::ErrorKind::NotFound)
            return base::fail(document.error());
        store::Document next = document.value_or(store::Document{});
        next.collection = collection;
        next.key = key;
        // May run several times: it starts from the stored document each time.
        edit(next);
        const auto version = documents.put(next);
        if (version) return {};
        if (version.error().kind != base::ErrorKind::Conflict || i + 1 == kTries)
            return base::fail(version.error());
    }
}

}  // namespace insight::evomap
