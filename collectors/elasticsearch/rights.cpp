#include "collectors/elasticsearch/rights.h"

#include "core/base/json.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

Json patterns_of(const std::string& indices) {
    Json out = Json::array();
    for (std::size_t begin = 0; begin <= indices.size();) {
        const std::size_t end = std::min(indices.find(',', begin), indices.size());
        const std::string one = indices.substr(begin, end - begin);
        if (!one.empty() && one.front() != '-') out.push_back(one);  // what is left out needs none
        begin = end + 1;
    }
    return out;
}

}  // namespace

std::string api_key_call(const std::string& indices) {
    const Json role{
        {"cluster", {"monitor"}},
        {"indices",
         Json::array(
             // `monitor` on all indices: _cat tells of those that are not well, logs or not
             {{{"names", patterns_of(indices)}, {"privileges", {"read", "view_index_metadata"}}},
              {{"names", {"*"}}, {"privileges", {"monitor", "view_index_metadata"}}}})}};
    return "POST /_security/api_key\n" +
           base::dump_json({{"name", "devops-insight"},
                            {"expiration", "90d"},
                            {"role_descriptors", {{"devops-insight", role}}}}) +
           "\n";
}

std::string opensearch_role_call(const std::string& indices) {
    return "PUT /_plugins/_security/api/roles/devops-insight\n" +
           base::dump_json(
               {{"cluster_permissions",
                 {"cluster:monitor/*", "cluster_composite_ops_ro", "indices:data/read/scroll*"}},
                {"index_permissions",
                 Json::array(
                     {{{"index_patterns", patterns_of(indices)},
                       {"allowed_actions", {"read", "indices:data/read/point_in_time/*"}}},
                      {{"index_patterns", {"*"}}, {"allowed_actions", {"indices:monitor/*"}}}})}}) +
           "\n";
}

}  // namespace insight::collectors::elasticsearch
