// The least rights that all of this needs, ready to apply, for either product's security.
#pragma once

#include <string>

namespace insight::collectors::elasticsearch {

// `indices`: the configured patterns. For Elasticsearch the call that makes an API key, for
// OpenSearch the role of its security plug-in; both for the documentation.
std::string api_key_call(const std::string& indices);
std::string opensearch_role_call(const std::string& indices);

}  // namespace insight::collectors::elasticsearch
