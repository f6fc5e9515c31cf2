// The optional signature of a bundle: HMAC-SHA-256 with the node secret, as evolver 1.29.8 and
// 1.94.0 send it. It is no authentication (the bearer token is), so it is sent only with a secret.
#pragma once

#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace insight::evomap {

// Over the ids of Gene and Capsule, sorted and joined by "|"; the key is the secret's own 64
// characters. 64 lower-case hexadecimal digits.
std::string sign_bundle(const base::Secret& node_secret, std::string_view gene_id,
                        std::string_view capsule_id);

// Over one asset's id.
std::string sign_asset(const base::Secret& node_secret, std::string_view asset_id);

}  // namespace insight::evomap
