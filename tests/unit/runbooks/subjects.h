// An incident whose cause was found, for the tests of this folder.
#pragma once

#include "agent/runbooks/fitting.h"

namespace insight::agent::runbooks {

inline model::Report evictions() {
    model::Report report;
    report.verdict = model::Verdict::Cause;
    report.incident.id = "inc-0123456789abcdef";
    report.incident.opened_at = 1'763'632'800'000'000'000;  // 2025-11-20T10:00:00Z
    model::Alert& alert = report.incident.alerts.emplace_back();
    alert.labels = {
        {"alertname", "RedisEvictions"}, {"severity", "critical"}, {"service", "checkout"}};
    model::Cause& cause = report.causes.emplace_back();
    cause.entity = {"cache", "sessions"};
    cause.cause_class = "cache_eviction";
    cause.probability = 0.9;
    cause.statement = "sessions evicts 400 keys per second.";
    cause.evidence = {"E1", "E2"};
    cause.overturned_by = {"maxmemory was never reached", "redis-cli info memory"};
    model::Cause& second = report.causes.emplace_back();
    second.entity = {"database", "orders"};
    second.cause_class = "lock_contention";
    second.probability = 0.05;
    model::Recommendation& advice = report.recommendations.emplace_back();
    advice.statement = "Raise the limit of memory.";
    advice.command = "redis-cli config set maxmemory 512mb";
    return report;
}

inline Runbook runbook(const std::string& front, const std::string& body = "Do this.\n",
                       const std::string& file = "redis/evictions.md") {
    auto parsed = parse_runbook(file, "---\n" + front + "---\n" + body);
    return parsed ? std::move(*parsed) : Runbook{};
}

}  // namespace insight::agent::runbooks
