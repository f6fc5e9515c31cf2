#include "analysis/explain/explain.h"

#include <gmock/gmock.h>

#include "analysis/logs/log_digest.h"

namespace insight::analysis {
namespace {

using base::kMinute;
using base::kSecond;
using model::Nanos;
using testing::HasSubstr;

constexpr Nanos kDay = 24 * base::kHour;
constexpr Nanos kStart = 1'790'000'000LL * kSecond;

struct Scene {
    Scene() {
        incident.window = {kStart, kStart + 10 * kMinute, kStart - 30 * kMinute, kStart};
        incident.scope = {"east", "prod"};
    }
    void source(const std::string& name) {
        model::CoverageRow row;
        row.source = name;
        signals.coverage.push_back(row);
    }
    void object(const std::string& kind, const std::string& space, const std::string& name) {
        signals.resources.push_back(
            {{"kind", kind}, {"metadata", {{"namespace", space}, {"name", name}}}});
    }
    std::string cite(base::Json content) {
        model::Evidence evidence;
        evidence.content = std::move(content);
        return detection.evidence.add(std::move(evidence));
    }
    model::Observation explain(const std::string& cause_class, std::vector<std::string> evidence,
                               const std::string& entity = "shop") {
        Ranking ranking;
        model::Cause& cause = ranking.causes.emplace_back();
        cause.cause_class = cause_class;
        cause.entity = {"service", entity};
        cause.onset = kStart + kMinute;
        cause.evidence = std::move(evidence);
        const logs::LogDigest digest(incident.window);
        const Topology topology;
        explain_causes({incident, signals, digest, topology}, detection, ranking);
        return ranking.causes.front().overturned_by;
    }

    model::Incident incident;
    model::Signals signals;
    Detection detection{model::Scope{}};
};

base::Json series() {
    return {{"kind", "series"},
            {"name", "process_cpu_seconds_total"},
            {"labels", {{"service", "shop"}}},
            {"rate", true}};
}

TEST(Explain, resources_are_compared_with_the_day_before) {
    Scene scene;
    scene.source("prometheus/main");
    const model::Observation said = scene.explain("resource_contention", {scene.cite(series())});
    EXPECT_THAT(said.statement, HasSubstr("a day earlier"));
    EXPECT_EQ(said.command,
              fmt::format("promtool query range --start={} --end={} --step=2s \"$PROMETHEUS_URL\" "
                          "'rate(process_cpu_seconds_total{{service=\"shop\"}}[5m])'",
                          (kStart - kDay) / kSecond, (kStart - kDay) / kSecond + 600));
}

TEST(Explain, without_the_source_this_product_is_asked_again) {
    Scene scene;
    const model::Observation said =
        scene.explain("resource_contention", {scene.cite(series())}, "it's; $(id)");
    EXPECT_EQ(said.command,
              fmt::format("devops-insight analyze "
                          "'Were its resources as busy at the same time a day earlier?' "
                          "--service='it'\\''s; $(id)' --since {} --until {}",
                          base::format_rfc3339(kStart - kDay),
                          base::format_rfc3339(kStart - kDay + 10 * kMinute)));
}

TEST(Explain, lines_are_looked_up_in_the_baseline_where_they_were_written) {
    Scene scene;
    const std::string id = scene.cite(
        {{"kind", "logs"},
         {"lines", {{{"body", "E42 cannot reach the ledger: 'ledger-3' gone after 17 ms"}}}}});
    scene.source("elasticsearch/logs");
    const model::Observation stored = scene.explain("new_error", {id});
    EXPECT_THAT(stored.command, HasSubstr("curl -sS \"$ELASTICSEARCH_URL\"/_search"));
    EXPECT_THAT(stored.command, HasSubstr("cannot reach the ledger:"));
    scene.object("Deployment", "other", "shop");
    scene.object("Deployment", "prod", "shop");
    scene.object("ConfigMap", "prod", "shop");
    EXPECT_EQ(scene.explain("new_error", {id}).command,
              fmt::format("kubectl logs deployment/shop -n prod --timestamps --since-time={} | "
                          "grep -cF -e 'cannot reach the ledger:'",
                          base::format_rfc3339(kStart - 30 * kMinute)));
}

TEST(Explain, a_trace_is_opened_where_it_lies) {
    Scene scene;
    const std::string id =
        scene.cite({{"kind", "rows"}, {"facts", {{"exampleTraces", {"ab\"c'd"}}}}});
    scene.source("skywalking/main");
    const std::string command = scene.explain("slow_processing", {id}).command;
    EXPECT_THAT(command, HasSubstr("queryTrace"));
    EXPECT_THAT(command, HasSubstr("\"$SKYWALKING_URL\"/graphql"));
    EXPECT_THAT(command, HasSubstr("ab"));
}

TEST(Explain, the_network_is_asked_at_the_pod_under_its_quoted_name) {
    Scene scene;
    Ranking ranking;
    model::Cause& cause = ranking.causes.emplace_back();
    cause.cause_class = "network_delay";
    cause.overturned_by = {"as the detector says", "kubectl exec x; id -- ss"};
    Finding finding;
    finding.pod = "x; id";
    ranking.candidates.emplace_back().finding = &finding;
    const logs::LogDigest digest(scene.incident.window);
    const Topology topology;
    explain_causes({scene.incident, scene.signals, digest, topology}, scene.detection, ranking);
    EXPECT_EQ(ranking.causes.front().overturned_by.command,
              "kubectl exec -n prod pod/'x; id' -- ss -tin");
}

TEST(Explain, a_mechanism_keeps_its_own_observation) {
    Scene scene;
    Ranking ranking;
    model::Cause& cause = ranking.causes.emplace_back();
    cause.cause_class = "lock_contention";
    cause.overturned_by = {"If session 7 ends.", "psql -c 'SELECT 1'"};
    const logs::LogDigest digest(scene.incident.window);
    const Topology topology;
    explain_causes({scene.incident, scene.signals, digest, topology}, scene.detection, ranking);
    EXPECT_EQ(ranking.causes.front().overturned_by.command, "psql -c 'SELECT 1'");
}

base::Json change(const std::string& kind, const std::string& ref, const std::string& before = "") {
    return {{"kind", "change"}, {"changeKind", kind}, {"entity", "shop"},
            {"ref", ref},       {"before", before},   {"after", "shop:2"}};
}

TEST(Explain, a_commit_is_looked_for_in_what_ran) {
    Scene scene;
    const std::string ref = "4f5a1c9e0b7d4f5a1c9e0b7d4f5a1c9e0b7d4f5a";
    const model::Observation said =
        scene.explain("change_commit", {scene.cite(change("commit", ref))});
    EXPECT_THAT(said.statement, HasSubstr("does not contain commit 4f5a1c9e0b7d"));
    EXPECT_EQ(said.command,
              fmt::format("git tag --contains {0}; git branch -a --contains {0}", ref));
    EXPECT_THAT(scene.explain("change_commit", {scene.cite(change("commit", "$(id)"))}).command,
                testing::StartsWith("devops-insight analyze"))
        << "what is no hash is not given to git";
}

TEST(Explain, an_image_is_compared_with_the_one_before) {
    Scene scene;
    scene.object("Deployment", "prod", "shop");
    const model::Observation said =
        scene.explain("change_image", {scene.cite(change("image", "", "shop:1"))});
    EXPECT_THAT(said.statement, HasSubstr("`shop:1`"));
    EXPECT_EQ(said.command,
              "kubectl get deployment shop -n prod -o "
              "'jsonpath={.spec.template.spec.containers[*].image}'");
}

TEST(Explain, any_other_change_must_come_before_its_symptom) {
    Scene scene;
    scene.source("prometheus/main");
    const model::Observation said =
        scene.explain("change_flag", {scene.cite(change("flag", "")), scene.cite(series())});
    EXPECT_THAT(said.statement, HasSubstr("had begun before the change was live"));
    EXPECT_THAT(said.command, HasSubstr("promtool query range --start="));
}

}  // namespace
}  // namespace insight::analysis
