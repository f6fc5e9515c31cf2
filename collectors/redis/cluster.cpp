#include "collectors/redis/cluster.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.h"

namespace insight::collectors::redis {
namespace {

using base::Json;

constexpr std::array<std::string_view, 9> kCounts{"slots_assigned", "slots_ok",      "slots_pfail",
                                                  "slots_fail",     "known_nodes",   "size",
                                                  "my_epoch",       "current_epoch", "links"};

// -1: no whole number
std::int64_t whole(std::string_view text) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc() && end == text.end() ? value : -1;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        std::string_view part = text.substr(0, end);
        if (part.ends_with('\r')) part.remove_suffix(1);
        if (!part.empty()) out.push_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// "0-5460", "7"; "[7->-id]" is a slot on its way elsewhere, counted where it still is
std::int64_t slots_in(std::string_view range) {
    const std::size_t dash = range.find('-');
    if (range.starts_with('[')) return 0;
    if (dash == std::string_view::npos) return whole(range) >= 0 ? 1 : 0;
    const std::int64_t from = whole(range.substr(0, dash));
    const std::int64_t to = whole(range.substr(dash + 1));
    // a cluster has 16384 slots (redis.io, cluster specification)
    return from >= 0 && to >= from && to < 16384 ? to - from + 1 : 0;
}

bool has(std::string_view flags, std::string_view flag) {
    const auto all = split(flags, ',');
    return std::find(all.begin(), all.end(), flag) != all.end();
}

}  // namespace

Json cluster_row(std::string_view text) {
    Json out = Json::object();
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t colon = line.find(':');
        if (!line.starts_with("cluster_") || colon == std::string_view::npos) continue;
        const std::string_view key = line.substr(8, colon - 8);
        const std::string_view value = line.substr(colon + 1);
        if (key == "state") out["state"] = base::shorten(base::clean_utf8(value), 20);
        if (std::find(kCounts.begin(), kCounts.end(), key) != kCounts.end() && whole(value) >= 0)
            out[std::string(key)] = whole(value);
    }
    return out.contains("state") ? out : Json::object();
}

// <id> <ip:port@cport[,hostname]> <flags> <master> <ping-sent> <pong-recv> <epoch> <link> <slot>…
std::vector<Json> cluster_nodes(std::string_view text) {
    std::vector<Json> out;
    for (const std::string_view line : split(text, '\n')) {
        const auto parts = split(line, ' ');
        if (parts.size() < 8) continue;
        const std::string_view flags = parts[2];
        const bool master = has(flags, "master");
        // Flags that name no kind of node: some other line with eight words.
        if (!master && !has(flags, "slave") && !has(flags, "noaddr") && !has(flags, "handshake"))
            continue;
        std::int64_t slots = 0;
        for (std::size_t i = 8; i < parts.size(); ++i) slots += slots_in(parts[i]);
        out.push_back({{"id", base::clean_utf8(parts[0])},
                       // behind the @ stand the port of the cluster's bus and, since 7, a host name
                       {"address", base::clean_utf8(parts[1].substr(0, parts[1].find('@')))},
                       {"role", master ? "master" : "replica"},
                       {"myself", has(flags, "myself")},
                       {"failure", has(flags, "fail")    ? "fail"
                                   : has(flags, "fail?") ? "suspected"
                                                         : "none"},
                       {"master_id", parts[3] == "-" ? Json() : Json(base::clean_utf8(parts[3]))},
                       {"link", base::clean_utf8(parts[7])},
                       {"slots", slots}});
    }
    // whoever keeps only some of them keeps those that matter
    std::stable_partition(out.begin(), out.end(), [](const Json& node) {
        return base::text_at(node, "failure") != "none" ||
               base::text_at(node, "link") != "connected" || base::flag_at(node, "myself");
    });
    return out;
}

}  // namespace insight::collectors::redis
