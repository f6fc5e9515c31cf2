// Which product answers, and in which version: their APIs parted at Elasticsearch 7.10.
#pragma once

#include "collectors/elasticsearch/api.h"

namespace insight::collectors::elasticsearch {

struct Product {
    bool opensearch = false;
    bool serverless = false;  // no cluster state is shown there
    int major = 0;
    int minor = 0;
    std::string version;  // "8.19.0"; empty: not shown to our role
    std::string cluster;  // its name for itself

    [[nodiscard]] const char* name() const { return opensearch ? "OpenSearch" : "Elasticsearch"; }
    [[nodiscard]] bool at_least(int wanted_major, int wanted_minor) const {
        return major > wanted_major || (major == wanted_major && minor >= wanted_minor);
    }
    // Points in time: Elasticsearch since 7.10, OpenSearch since 2.4.
    [[nodiscard]] bool point_in_time() const {
        return opensearch ? at_least(2, 4) : at_least(7, 10);
    }
};

// From the answer to GET /. OpenSearch may give itself out as 7.10.2 for old clients; what gives
// it away is looked at. Errors: Corrupt.
base::Result<Product> product_of(const base::Json& root, const HttpAccess& access);

// From the answer to GET /_nodes/_local, where GET / is not to be had. Errors: Corrupt.
base::Result<Product> product_of_node(const base::Json& nodes, const HttpAccess& access);

// Asks. A role that may see neither page gets a product without version, taken for a recent
// Elasticsearch. Errors: as Api.
base::Result<Product> identify(Api& api, base::Deadline deadline);

}  // namespace insight::collectors::elasticsearch
