#include "collectors/redis/compare.h"

#include <fmt/format.h>

#include <array>

namespace insight::collectors::redis {
namespace {

using base::Json;

struct Watched {
    std::string_view key;
    std::string_view name;
};

// What INFO tells of settings. CONFIG GET knows them all, but the right for it shows passwords
// (requirepass, masterauth) as well.
constexpr std::array kWatched{
    Watched{"maxmemory_bytes", "maxmemory"}, Watched{"maxmemory_policy", "maxmemory-policy"},
    Watched{"maxclients", "maxclients"},     Watched{"role", "role"},
    Watched{"master_host", "master"},
};

std::string written(const Json& info, std::string_view key) {
    if (!info.contains(key) || info[std::string(key)].is_null()) return "none";
    const Json& value = info[std::string(key)];
    return value.is_string() ? value.get<std::string>() : base::dump_json(value);
}

}  // namespace

std::vector<model::Change> changes(const std::string& instance,
                                   const std::vector<Moment>& moments) {
    std::vector<model::Change> out;
    for (std::size_t i = 1; i < moments.size(); ++i) {
        const Json& before = *moments[i - 1].info;
        const Json& after = *moments[i].info;
        model::Change change;
        change.entity = instance;
        change.ref = "redis/" + instance;
        if (written(before, "run_id") != written(after, "run_id")) {
            change.kind = "deploy";
            change.time = moments[i].time - base::from_seconds(base::number_at(after, "uptime_s"));
            change.summary = fmt::format("Redis {} was restarted", instance);
            change.before = written(before, "version");
            change.after = written(after, "version");
            if (change.before != change.after)
                change.summary += fmt::format(" as version {}", change.after);
            out.push_back(change);
        }
        for (const Watched& one : kWatched) {
            change.before = written(before, one.key);
            change.after = written(after, one.key);
            if (change.before == change.after) continue;
            change.kind = "config";
            change.time = moments[i].time;
            change.not_before = moments[i - 1].time;
            change.summary = fmt::format("{} of Redis {} changed from {} to {}", one.name, instance,
                                         change.before, change.after);
            out.push_back(change);
        }
    }
    return out;
}

}  // namespace insight::collectors::redis
