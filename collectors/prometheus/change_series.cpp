#include "collectors/prometheus/change_series.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace insight::collectors::prometheus {
namespace {

constexpr std::string_view kDeployMarker =
    "(.+_)?(deploy|deployed|deployment|release|released|rollout)(_.+)?_(timestamp|time)"
    "(_seconds|_ms|_milliseconds)?";

}  // namespace

std::string change_metrics() {
    return fmt::format(
        "kube_deployment_metadata_generation|kube_deployment_spec_replicas"
        "|kube_statefulset_metadata_generation|kube_statefulset_replicas"
        "|kube_daemonset_metadata_generation|kube_horizontalpodautoscaler_spec_(min|max)_replicas"
        "|kube_configmap_metadata_resource_version|kube_secret_metadata_resource_version"
        "|kube_node_spec_unschedulable|{}|{}",
        kImageMetric, kDeployMarker);
}

bool is_deploy_marker(std::string_view name) {
    static const re2::RE2 kPattern{re2::StringPiece(kDeployMarker.data(), kDeployMarker.size())};
    return !name.starts_with("kube_") &&
           re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), kPattern);
}

std::string moved(std::string_view metric, std::int64_t from, std::int64_t to) {
    // a time of a deploy may be all there is: pushed once, it never moves
    if (is_deploy_marker(metric)) return fmt::format("{0} >= {1}", metric, from);
    return fmt::format("{0} and changes({0}[{1}s] @ {2}) > 0", metric, to - from, to);
}

std::string moved_images(std::int64_t from, std::int64_t to) {
    const auto images = [](const std::string& which) {
        return fmt::format("count by (namespace, container, image) ({})", which);
    };
    const std::string first = images(fmt::format("{} @ {}", kImageMetric, from));
    // Of a container that ran at the beginning the whole time counts, not its end alone: an image
    // that came and was rolled back told of two changes. Jobs that came and went tell of none.
    return fmt::format(
        "{} and on (namespace, container) (({} and on (namespace, container) {} or {}) unless {})",
        images(std::string(kImageMetric)),
        images(fmt::format("last_over_time({}[{}s] @ {})", kImageMetric, to - from, to)), first,
        images(fmt::format("{} @ {}", kImageMetric, to)), first);
}

}  // namespace insight::collectors::prometheus
