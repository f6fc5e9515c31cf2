#include "collectors/redis/info.h"

#include "collectors/redis/info_fields.h"
#include "collectors/redis/pairs.h"
#include "core/base/text.h"

namespace insight::collectors::redis {
namespace {

Json with(Json row, const Pairs& pairs, std::initializer_list<InfoKey> keys) {
    for (const InfoKey& key : keys) {
        const auto it = pairs.find(key.theirs);
        row[std::string(key.ours)] = it == pairs.end() ? Json() : number_of(it->second);
    }
    return row;
}

// Rows of one family beyond this come from no real server.
constexpr std::size_t kMostRows = 2000;
constexpr std::size_t kMostLines = 20'000;
constexpr std::string_view kPercentiles = "latency_percentiles_usec_";

// Families of lines: "cmdstat_get:calls=…", "db0:keys=…", "slave0:ip=…".
void family(Info& out, std::string_view key, std::string_view value) {
    if (std::max({out.commandstats.size(), out.errorstats.size(), out.keyspace.size(),
                  out.replicas.size()}) >= kMostRows)
        return;
    const Pairs pairs = pairs_of(value, ',');
    if (key.starts_with("cmdstat_")) {
        out.commandstats.push_back(with({{"command", base::clean_utf8(key.substr(8))}}, pairs,
                                        {{"calls", "calls"},
                                         {"usec", "usec"},
                                         {"usec_per_call", "usec_per_call"},
                                         {"rejected_calls", "rejected_calls"},
                                         {"failed_calls", "failed_calls"}}));
    } else if (key.starts_with("errorstat_")) {
        out.errorstats.push_back(
            with({{"error", base::clean_utf8(key.substr(10))}}, pairs, {{"count", "count"}}));
    } else if (key.starts_with("db") && pairs.contains("keys")) {
        out.keyspace.push_back(
            with({{"db", number_of(key.substr(2))}}, pairs,
                 {{"keys", "keys"}, {"expires", "expires"}, {"avg_ttl", "avg_ttl_ms"}}));
    } else if (key.starts_with("slave") && pairs.contains("state")) {
        out.replicas.push_back(
            with({{"address", plain_text(pairs, "ip") + ":" + plain_text(pairs, "port")},
                  {"state", plain_text(pairs, "state")},
                  {"offset", plain_number(pairs, "offset")}},
                 pairs, {{"lag", "lag_s"}}));
    }
}

}  // namespace

Info parse_info(std::string_view info) {
    Info out;
    Pairs pairs;
    std::map<std::string, Pairs> percentiles;  // by command
    std::size_t lines = 0;
    each_part(info, '\n', [&](std::string_view line) {
        const std::size_t colon = line.find(':');
        if (line.starts_with('#') || colon == std::string_view::npos || ++lines > kMostLines)
            return;
        const std::string_view key = line.substr(0, colon);
        const std::string_view value = line.substr(colon + 1);
        pairs.emplace(base::clean_utf8(key), base::shorten(base::clean_utf8(value), 200));
        if (key.starts_with(kPercentiles) && percentiles.size() < kMostRows)
            percentiles[base::clean_utf8(key.substr(kPercentiles.size()))] = pairs_of(value, ',');
        else if (value.find('=') != std::string_view::npos)
            family(out, key, value);
    });
    // Valkey says it, too, for the sake of its clients.
    if (!pairs.contains("redis_version")) return {};
    for (const InfoKey& key : kNumbers) {
        const auto it = pairs.find(key.theirs);
        out.info[std::string(key.ours)] = it == pairs.end() ? Json() : number_of(it->second);
    }
    for (const InfoKey& key : kTexts) {
        const auto it = pairs.find(key.theirs);
        out.info[std::string(key.ours)] = it == pairs.end() ? Json() : Json(it->second);
    }
    for (const InfoKey& key : kFlags) {
        const auto it = pairs.find(key.theirs);
        out.info[std::string(key.ours)] = it == pairs.end() ? Json() : Json(it->second == "1");
    }

    for (Json& row : out.commandstats) {
        const Pairs& times = percentiles[base::text_at(row, "command")];
        row = with(std::move(row), times,
                   {{"p50", "p50_us"}, {"p99", "p99_us"}, {"p99.9", "p999_us"}});
    }
    std::int64_t keys = 0;
    std::int64_t expires = 0;
    for (const Json& row : out.keyspace) {
        keys += base::integer_at(row, "keys");
        expires += base::integer_at(row, "expires");
    }
    out.info["keys"] = keys;
    out.info["expires"] = expires;
    for (Json& row : out.replicas) {
        // Offsets count bytes of the replication stream.
        row["lag_bytes"] =
            plain_number(pairs, "master_repl_offset") - base::number_at(row, "offset");
        row.erase("offset");
    }
    return out;
}

}  // namespace insight::collectors::redis
