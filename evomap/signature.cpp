#include "evomap/signature.h"

#include <algorithm>

#include "core/base/crypto.h"

namespace insight::evomap {

std::string sign_bundle(const base::Secret& node_secret, std::string_view gene_id,
                        std::string_view capsule_id) {
    // Sorted, so that the order of the two in a bundle does not matter.
    const auto [first, second] = std::minmax(gene_id, capsule_id);
    std::string message(first);
    message.append(1, '|').append(second);
    return base::hex(base::hmac_sha256(node_secret.reveal(), message));
}

std::string sign_asset(const base::Secret& node_secret, std::string_view asset_id) {
    return base::hex(base::hmac_sha256(node_secret.reveal(), asset_id));
}

}  // namespace insight::evomap
