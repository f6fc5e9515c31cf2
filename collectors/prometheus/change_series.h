// Series that tell of changes, and the queries that find those that moved: the server looks through
// all of them, so that a large estate costs no more than a small one. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace insight::collectors::prometheus {

// A regular expression over names: metrics of kube-state-metrics whose value is another one after a
// change, and gauges that hold the time of the last deploy ("shop_last_deploy_timestamp_seconds",
// as pipelines push them).
std::string change_metrics();

// Holds unix seconds, or milliseconds, of a deploy.
bool is_deploy_marker(std::string_view name);

// The images of containers.
inline constexpr std::string_view kImageMetric = "kube_pod_container_info";

// A range query that gives the whole course of those series of `metric` that moved between the two
// times (unix seconds).
std::string moved(std::string_view metric, std::int64_t from, std::int64_t to);

// One series (namespace, container, image) an image of every container that ran, at `to` or since
// it ran at `from`, one that it did not run at `from`.
std::string moved_images(std::int64_t from, std::int64_t to);

}  // namespace insight::collectors::prometheus
