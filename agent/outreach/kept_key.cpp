#include "agent/outreach/kept_key.h"

#include "core/base/crypto.h"
#include "core/store/documents.h"

namespace insight::outreach {
namespace {

constexpr const char* kCollection = "outreach.keys";
constexpr std::size_t kBytes = 32;

}  // namespace

base::Result<base::Secret> kept_key(store::Store& store, const std::string& name) {
    auto known = store.documents().document(kCollection, name);
    if (!known && known.error().kind == base::ErrorKind::NotFound) {
        // Whoever writes first wins; the other one reads what was written.
        const auto put =
            store.documents().put({kCollection, name, 0, 0, {{"key", base::random_hex(kBytes)}}});
        if (!put && put.error().kind != base::ErrorKind::Conflict) return base::fail(put.error());
        known = store.documents().document(kCollection, name);
    }
    if (!known) return base::fail(known.error());
    return base::Secret(base::text_at(known->body, "key"));
}

}  // namespace insight::outreach
