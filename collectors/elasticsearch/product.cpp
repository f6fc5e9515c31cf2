#include "collectors/elasticsearch/product.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::ErrorKind;
using base::Json;

bool read_version(std::string_view text, Product& into) {
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, into.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return false;
    const auto minor = std::from_chars(major.ptr + 1, end, into.minor);
    into.version = base::shorten(base::clean_utf8(text), 40);
    return minor.ec == std::errc() && into.major > 0;
}

bool says_opensearch(const Json& value) {
    return base::dump_json(value).find("opensearch") != std::string::npos;
}

auto stranger(const HttpAccess& access) {
    return base::fail(ErrorKind::Corrupt,
                      fmt::format("what answers at {} is not Elasticsearch or OpenSearch {}: "
                                  "correct `url`",
                                  access.url, access.instance));
}

}  // namespace

base::Result<Product> product_of(const Json& root, const HttpAccess& access) {
    const Json& version = base::object_at(root, "version");
    Product out;
    if (!root.contains("cluster_name") || !read_version(base::text_at(version, "number"), out))
        return stranger(access);
    out.cluster = base::shorten(base::clean_utf8(base::text_at(root, "cluster_name")), 100);
    out.serverless = base::text_at(version, "build_flavor") == "serverless";
    out.opensearch = base::text_at(version, "distribution") == "opensearch" ||
                     base::text_at(root, "tagline").find("OpenSearch") != std::string::npos;
    return out;
}

base::Result<Product> product_of_node(const Json& nodes, const HttpAccess& access) {
    Product out;
    for (const auto& [id, node] : base::object_at(nodes, "nodes").items()) {
        if (!read_version(base::text_at(node, "version"), out)) return stranger(access);
        out.cluster = base::shorten(base::clean_utf8(base::text_at(nodes, "cluster_name")), 100);
        out.serverless = base::text_at(node, "build_flavor") == "serverless";
        // attributes, module and class names carry the product's name; versions below 5 are its
        // own, too
        out.opensearch = out.major < 5 || says_opensearch(base::object_at(node, "attributes")) ||
                         says_opensearch(base::array_at(node, "modules"));
        return out;
    }
    return stranger(access);
}

base::Result<Product> identify(Api& api, base::Deadline deadline) {
    auto root = api.get("/", deadline, 1U << 20);
    if (root) {
        auto product = product_of(*root, api.access());
        // in disguise as 7.10.2 the tagline and the distribution still tell; the node knows better
        if (!product || !product->opensearch || product->version != "7.10.2") return product;
    } else if (root.error().kind != ErrorKind::Denied && root.error().kind != ErrorKind::Invalid &&
               root.error().kind != ErrorKind::NotFound) {
        return base::fail(std::move(root.error()));
    }
    // A node without its root page, a gateway that hides it, or a role without that one right.
    const auto nodes = api.get(
        "/_nodes/_local?filter_path=cluster_name,nodes.*.version,nodes.*.build_flavor,"
        "nodes.*.attributes,nodes.*.modules.classname",
        deadline, 1U << 20);
    if (nodes) return product_of_node(*nodes, api.access());
    if (root) return product_of(*root, api.access());
    // Known, but with no right to this: logs may be had all the same. What this product is not, the
    // ways of reading find out.
    if (nodes.error().kind == ErrorKind::Denied &&
        nodes.error().cause.starts_with("security_exception") &&
        nodes.error().message.find("HTTP 401") == std::string::npos) {
        Product hidden;
        // new enough for points in time, which fall back by themselves where there are none
        hidden.major = 8;
        return hidden;
    }
    return base::fail(nodes.error().kind == ErrorKind::Denied ? nodes.error() : root.error());
}

}  // namespace insight::collectors::elasticsearch
