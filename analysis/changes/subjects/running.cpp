// How and where it runs.
#include "analysis/changes/subjects/tables.h"

namespace insight::analysis::changes {

std::vector<Subject> running_subjects() {
    using E = Effect;
    return {
        {"the level of logging",
         Sense::Turned,
         R"(log.?level|loglevel|level: |setlevel|verbosity|debug|trace)",
         0.4,
         {{E::Disk, 0.9}, {E::Cpu, 0.4}, {E::Latency, 0.3}}},
        {"how long data is kept",
         Sense::Turned,
         R"(retention|rotate|max.?(log|file)|keep|compact|vacuum|cleanup|archive)",
         0.5,
         {{E::Disk, 1}, {E::DatabaseLoad, 0.4}, {E::WrongData, 0.2}}},
        {"probes",
         Sense::Turned,
         R"(liveness|readiness|startup.?probe|initialdelay|periodseconds|failurethreshold|timeoutseconds|healthcheck|health.?check.?(path|url)|httpget|path: )",
         0.7,
         {{E::Replicas, 1}, {E::Crash, 0.7}, {E::Unreachable, 0.4}, {E::Errors, 0.3}}},
        {"how a process starts",
         Sense::Turned,
         R"(^\s*(FROM|CMD|ENTRYPOINT|USER|WORKDIR|COPY|RUN)\b|command:|args:|image:|runasuser|readonlyroot|mountpath|volumemount|nodeselector|affinity|toleration)",
         0.5,
         {{E::Crash, 0.8},
          {E::Replicas, 0.8},
          {E::Misconfigured, 0.5},
          {E::Denied, 0.3},
          {E::Version, 0.3}}},
        {"how messages are consumed",
         Sense::Turned,
         R"(prefetch|partition|auto.?commit|\back\b|visibility|group.?id|offset.?reset|consumer|max.?poll|session.?timeout|subscri|topic|dead.?letter|redrive)",
         0.6,
         {{E::Backlog, 1}, {E::Throughput, 0.7}, {E::WrongData, 0.5}, {E::Timeout, 0.2}}},
        {"a switch",
         Sense::Turned,
         R"(\b(true|false|enabled?|disabled?|on|off)\b)",
         0.4,
         {{E::Errors, 0.2}, {E::WrongData, 0.3}}},
        {"how much or where work is routed",
         Sense::Turned,
         R"(weight|percent|rollout|canary|shard|replica.?(set|read)|routing|load.?balanc|sticky|round.?robin|hash.?key|region)",
         0.5,
         {{E::Traffic, 0.5},
          {E::DatabaseLoad, 0.5},
          {E::Latency, 0.4},
          {E::WrongData, 0.4},
          {E::CacheMiss, 0.4},
          {E::Unreachable, 0.3}}},
        {"computed amounts or times",
         Sense::Turned,
         R"(round|floor|ceil|tax|price|amount|currency|timezone|utc|date|epoch|offset|\* ?100|/ ?100|precision)",
         0.4,
         {{E::WrongData, 1}, {E::Bounds, 0.3}}},
    };
}

}  // namespace insight::analysis::changes
