#include <gtest/gtest.h>

#include "analysis/changes/suspect.h"
#include "analysis/logs/log_digest.h"
#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

using test::add_lines;
using test::add_shift;
using test::change;
using test::kMinute;
using test::kSecond;
using test::kStart;

struct Scene {
    explicit Scene(const std::string& service, const std::string& summary)
        : incident(test::incident(service, summary)) {}

    model::Incident incident;
    model::Signals signals;
    std::vector<model::Edge> edges;
    Detection detection{model::Scope{}};

    // A commit and the deploy that ships it two minutes later.
    void ship(const std::string& entity, const std::string& ref, base::Nanos deployed,
              const std::string& diff) {
        signals.changes.push_back(change("commit", deployed - 2 * kMinute, entity, ref, diff));
        signals.changes.push_back(change("deploy", deployed, entity, ref));
    }
    Suspicion weigh() { return weigh_changes(incident, signals, Topology(edges), detection); }
    std::string blamed() {
        const Suspicion suspicion = weigh();
        if (suspicion.suspects.empty() || suspicion.no_change > suspicion.suspects[0].total)
            return "none";
        return suspicion.suspects[0].change->ref;
    }
};

constexpr const char* kTidy =
    "-\tvar b Berth\n-\tif err := read(r, &b); err != nil {\n-\t\treturn err\n-\t}\n"
    "+\tb, err := readBerth(r)\n+\tif err != nil {\n+\t\treturn err\n+\t}\n";

Scene exhausted_pool() {
    Scene scene("berths", "berths waits for its database pool");
    scene.ship("berths", "guilty", kStart - 4 * kMinute, "-maxConns: 40\n+maxConns: 4");
    add_lines(scene.detection, "berths", "pool exhausted: timed out acquiring connection",
              kStart - 2 * kMinute);
    return scene;
}

TEST(Suspicion, the_change_that_fits_wins_over_the_one_that_is_nearer) {
    Scene scene = exhausted_pool();
    scene.ship("berths", "near", kStart - 3 * kMinute, kTidy);
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, a_package_and_a_host_of_our_own_are_no_provider_outside) {
    const auto outside = [](const std::string& line) {
        Scene scene = exhausted_pool();
        add_lines(scene.detection, "berths", line, kStart - 2 * kMinute);
        return scene.weigh().otherwise[static_cast<std::size_t>(Otherwise::External)];
    };
    EXPECT_EQ(outside("java.net.SocketTimeoutException: Read timed out").value, 0);
    EXPECT_EQ(outside("POST https://berths.harbour.example.com/v1 failed").value, 0);
    const Judged found = outside("java.net.ConnectException: POST https://api.payments.com/v1");
    EXPECT_GT(found.value, 0);
    EXPECT_EQ(found.reason, "messages name api.payments.com, which is not ours");
}

TEST(Suspicion, a_change_to_the_same_subject_in_the_harmless_direction_is_not_blamed) {
    Scene scene = exhausted_pool();
    scene.ship("berths", "more", kStart - 3 * kMinute, "-maxConns: 4\n+maxConns: 60");
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, what_went_live_after_the_onset_is_not_blamed) {
    Scene scene("berths", "berths waits for its database pool");
    scene.ship("berths", "late", kStart + 8 * kMinute, "-maxConns: 40\n+maxConns: 4");
    add_lines(scene.detection, "berths", "pool exhausted: timed out acquiring connection",
              kStart + 1 * kMinute);
    EXPECT_EQ(scene.blamed(), "none");
}

TEST(Suspicion, what_never_went_live_is_not_blamed) {
    Scene scene = exhausted_pool();
    scene.signals.changes.pop_back();  // the deploy
    scene.signals.changes.push_back(change("deploy", kStart - 60 * kMinute, "berths", "other"));
    const Suspicion suspicion = scene.weigh();
    ASSERT_FALSE(suspicion.suspects.empty());
    EXPECT_GT(suspicion.no_change, suspicion.suspects[0].total);
}

TEST(Suspicion, a_deploy_is_represented_by_its_commit) {
    Scene scene = exhausted_pool();
    const Suspicion suspicion = scene.weigh();
    ASSERT_EQ(suspicion.suspects.size(), 1U);
    EXPECT_EQ(suspicion.suspects[0].change->kind, "commit");
    ASSERT_NE(suspicion.suspects[0].via, nullptr);
    EXPECT_EQ(suspicion.suspects[0].via->kind, "deploy");
}

TEST(Suspicion, a_bare_deploy_tells_what_it_carried) {
    Scene scene("berths", "berths fails");
    scene.signals.changes = {change("commit", kStart - 8 * kMinute, "berths", "c1", "-a\n+b"),
                             change("deploy", kStart - 5 * kMinute, "berths", "build-7")};
    const Suspicion suspicion = scene.weigh();
    ASSERT_EQ(suspicion.suspects.size(), 2U);
    for (const Suspect& suspect : suspicion.suspects) {
        if (suspect.change->ref != "build-7") continue;
        ASSERT_EQ(suspect.carries.size(), 1U);
        EXPECT_EQ(suspect.carries[0]->ref, "c1");
    }
}

TEST(Suspicion, more_traffic_from_outside_explains_overload_without_a_change) {
    Scene scene("gate", "gate p99 latency above 1 s");
    scene.edges = {{"gate", "berths", "calls"}};
    scene.ship("gate", "near", kStart - 6 * kMinute, kTidy);
    for (const char* service : {"gate", "berths"}) {
        model::Series series;
        series.name = "requests_per_second";
        series.labels = {{"service.name", service}};
        for (base::Nanos t = kStart - 60 * kMinute; t < kStart + 20 * kMinute; t += kMinute)
            series.points.push_back({t, t < kStart ? 100.0 : 520.0});
        scene.signals.metrics.push_back(series);
        add_shift(scene.detection, service, "latency_p99_seconds", Aspect::Latency, 0.2, 3,
                  kStart + kMinute);
        add_shift(scene.detection, service, "cpu_utilization", Aspect::Saturation, 0.3, 1, kStart);
    }
    EXPECT_EQ(scene.blamed(), "none");

    // The same rise behind a caller whose own traffic is flat is a fan-out of ours, not a surge.
    for (model::Point& point : scene.signals.metrics[0].points) point.value = 100;
    const Suspicion inner = scene.weigh();
    EXPECT_EQ(inner.otherwise[static_cast<std::size_t>(Otherwise::Surge)].value, 0);
}

TEST(Suspicion, trouble_below_all_services_explains_them_without_a_change) {
    Scene scene("berths", "berths cannot reach its bank");
    scene.ship("berths", "early", kStart - 70 * kMinute,
               "-client.MaxIdle = 100\n+client.MaxIdle = 200");
    for (const char* service : {"berths", "crew", "mail", "fares"})
        add_lines(scene.detection, service, "lookup bank.inner on 10.0.0.10:53: no such host",
                  kStart + kMinute);
    EXPECT_EQ(scene.blamed(), "none");
}

struct Outside {
    const char* line;
    std::vector<std::string> entities;
};

TEST(Suspicion, what_lies_outside_is_not_blamed_on_the_nearest_refactoring) {
    for (const Outside& c : {
             Outside{"payment refused: 503 from https://api.seabank.com/v2, provider unavailable",
                     {"tickets"}},
             Outside{"x509: certificate has expired or is not yet valid", {"tickets", "crew"}},
             Outside{"node quay-7 not ready, pod evicted", {"tickets", "crew", "fares"}},
             Outside{"write failed: no space left on device, failover started in zone b",
                     {"tickets", "crew"}},
         }) {
        Scene scene("tickets", "tickets error ratio above 5 %");
        scene.ship("tickets", "near", kStart - 5 * kMinute, kTidy);
        scene.ship("crew", "nearer", kStart - 3 * kMinute,
                   "@@ go.mod @@\n-\texample.org/ink v1.4.0\n+\texample.org/ink v1.4.1");
        for (const std::string& entity : c.entities)
            add_lines(scene.detection, entity, c.line, kStart + kMinute);
        EXPECT_EQ(scene.blamed(), "none") << c.line;
    }
}

TEST(Suspicion, a_change_that_touches_what_lies_outside_is_blamed_for_it) {
    Scene scene("tickets", "tickets error ratio above 5 %");
    scene.ship("tickets", "guilty", kStart - 5 * kMinute,
               "-bank_url: https://api.seabank.com/v2\n+bank_url: https://api.saebank.com/v2");
    add_lines(scene.detection, "tickets", "dial tcp: lookup api.saebank.com: no such host",
              kStart - 2 * kMinute);
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, lines_too_few_for_a_clue_still_tell_changes_apart) {
    Scene scene("tickets", "tickets 5xx ratio above 2 %");
    scene.ship("tickets", "guilty", kStart - 8 * kMinute,
               "-\tmu.Lock()\n-\tdefer mu.Unlock()\n \tn++");
    scene.ship("tickets", "near", kStart - 3 * kMinute, kTidy);
    add_shift(scene.detection, "tickets", "http_5xx_ratio", Aspect::Errors, 0.001, 0.2, kStart);
    logs::LogDigest digest(scene.incident.window);
    const std::vector<std::pair<std::string_view, std::string_view>> who{
        {"service.name", "tickets"}};
    for (int i = 0; i < 200; ++i)
        digest.observe({kStart - (110 - i / 2) * kMinute, 9, "INFO", "sold a ticket", "", "", who});
    for (int i = 0; i < 3; ++i)
        digest.observe(
            {kStart + i * kMinute, 17, "ERROR", "fatal error: concurrent map writes", "", "", who});
    const Topology topology;
    const Suspicion with =
        weigh_changes(Sight{scene.incident, scene.signals, digest, topology}, scene.detection, {});
    ASSERT_FALSE(with.suspects.empty());
    EXPECT_EQ(with.suspects[0].change->ref, "guilty");
    EXPECT_GT(with.suspects[0][Trait::Fit].value,
              scene.weigh().suspects[0][Trait::Fit].value + 0.1);
}

TEST(Suspicion, a_name_in_the_message_points_at_the_change_of_that_name) {
    Scene scene("manifest", "manifest cannot read messages");
    scene.ship("manifest", "guilty", kStart - 6 * kMinute,
               "-  Deck string `json:\"deck\"`\n+  Deck string `json:\"deckNumber\"`");
    scene.ship("manifest", "other", kStart - 4 * kMinute,
               "-  Crew string `json:\"crew\"`\n+  Crew string `json:\"crewName\"`");
    add_lines(scene.detection, "manifest", "failed to decode: missing required field 'deck'",
              kStart - 2 * kMinute);
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, a_value_seen_in_the_telemetry_points_at_the_change_that_set_it) {
    Scene scene("berths", "berths is slow");
    scene.ship("berths", "guilty", kStart - 6 * kMinute, "-poolMax: 64\n+poolMax: 8");
    scene.ship("berths", "other", kStart - 5 * kMinute, "-poolMax: 30\n+poolMax: 5");
    add_shift(scene.detection, "berths", "pool_connections_max", Aspect::Other, 64, 8,
              kStart - 4 * kMinute, 0);
    add_shift(scene.detection, "berths", "pool_wait_seconds", Aspect::Waiting, 0.01, 4,
              kStart - 3 * kMinute);
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, the_raised_dependency_gives_way_to_the_change_it_brings_in) {
    Scene scene("manifest", "manifest cannot read messages");
    scene.signals.changes = {change("commit", kStart - 30 * kMinute, "", "guilty",
                                    "@@ libs/waybill/bill.go @@\n-  Deck string `json:\"deck\"`\n"
                                    "+  Deck string `json:\"deckNumber\"`"),
                             change("commit", kStart - 8 * kMinute, "manifest", "bump",
                                    "@@ go.mod @@\n-\texample.org/libs/waybill v0.3.0\n"
                                    "+\texample.org/libs/waybill v0.4.0"),
                             change("deploy", kStart - 6 * kMinute, "manifest", "bump")};
    add_lines(scene.detection, "manifest", "failed to decode: missing required field 'deck'",
              kStart - 4 * kMinute);
    EXPECT_EQ(scene.blamed(), "guilty");
}

TEST(Suspicion, what_is_seen_dimly_still_tells_when_it_began_better_than_a_late_alert) {
    Scene scene("berths", "berths is slow");
    add_shift(scene.detection, "berths", "latency", Aspect::Latency, 1, 2, kStart + kMinute);
    scene.detection.findings.back().clue.strength = 0.3;
    scene.detection.findings.back().surprise = 2;
    EXPECT_EQ(scene.weigh().onset, kStart + kMinute);
}

TEST(Suspicion, a_change_is_near_where_the_trouble_arises_rather_than_where_it_is_felt) {
    Scene scene("front", "front is slow");
    scene.edges = {{"front", "berths", "calls"}, {"front", "tolls", "calls"}};
    add_shift(scene.detection, "front", "latency", Aspect::Latency, 1, 2, kStart + kMinute);
    for (const char* who : {"front", "berths", "tolls"})
        scene.signals.changes.push_back(change("deploy", kStart, who, who));
    const Suspicion suspicion = weigh_changes(scene.incident, scene.signals, Topology(scene.edges),
                                              scene.detection, {{"berths", 0.9}});
    ASSERT_EQ(suspicion.suspects.size(), 3U);
    EXPECT_EQ(suspicion.suspects.front().change->ref, "berths");
    EXPECT_GT(suspicion.suspects.front().total, suspicion.suspects[1].total + 0.5);
}

TEST(Suspicion, many_changes_make_each_coincidence_less_surprising) {
    Scene few = exhausted_pool();
    Scene many = exhausted_pool();
    for (int i = 0; i < 60; ++i)
        many.signals.changes.push_back(change("deploy", kStart - (118 - 2 * i) * kMinute,
                                              "crew" + std::to_string(i), "d" + std::to_string(i)));
    const auto timing = [](const Suspicion& suspicion) {
        for (const Suspect& suspect : suspicion.suspects)
            if (suspect.change->ref == "guilty") return suspect[Trait::Timing].value;
        return -1.0;
    };
    EXPECT_GT(timing(few.weigh()), timing(many.weigh()) + 0.2);
    EXPECT_GE(timing(many.weigh()), 0);
}

TEST(Suspicion, every_number_keeps_to_its_range_and_has_a_reason) {
    Scene scene = exhausted_pool();
    scene.ship("berths", "near", kStart - 3 * kMinute, kTidy);
    scene.signals.changes.push_back(change("flag", kStart - kMinute, "crew", "flag:x"));
    const Suspicion suspicion = scene.weigh();
    ASSERT_EQ(suspicion.suspects.size(), 3U);
    for (const Suspect& suspect : suspicion.suspects)
        for (const Judged& judged : suspect.traits) {
            EXPECT_GE(judged.value, 0);
            EXPECT_LE(judged.value, 1);
        }
    for (const Judged& judged : suspicion.otherwise) {
        EXPECT_GE(judged.value, 0);
        EXPECT_LE(judged.value, 1);
        EXPECT_FALSE(judged.reason.empty());
    }
}

TEST(Suspicion, moving_all_times_and_renaming_all_entities_changes_nothing) {
    Scene scene = exhausted_pool();
    scene.ship("berths", "near", kStart - 3 * kMinute, kTidy);
    Scene moved("zulu", "zulu waits for its database pool");
    const base::Nanos shift = 12'345 * kSecond;
    moved.incident.window = {kStart + shift, kStart + 20 * kMinute + shift,
                             kStart - 120 * kMinute + shift, kStart + shift};
    moved.incident.alerts[0].starts_at += shift;
    moved.signals.changes = scene.signals.changes;
    for (model::Change& one : moved.signals.changes) {
        one.time += shift;
        one.entity = "zulu";
    }
    add_lines(moved.detection, "zulu", "pool exhausted: timed out acquiring connection",
              kStart - 2 * kMinute + shift);
    const Suspicion a = scene.weigh();
    const Suspicion b = moved.weigh();
    ASSERT_EQ(a.suspects.size(), b.suspects.size());
    for (std::size_t i = 0; i < a.suspects.size(); ++i) {
        EXPECT_EQ(a.suspects[i].change->ref, b.suspects[i].change->ref);
        EXPECT_DOUBLE_EQ(a.suspects[i].total, b.suspects[i].total);
    }
}

TEST(Suspicion, the_accusation_cites_the_change_its_deploy_and_the_symptom) {
    Scene scene = exhausted_pool();
    const Suspicion suspicion = scene.weigh();
    const Accusation said = accuse(suspicion.suspects.at(0), scene.detection.evidence);
    EXPECT_NE(said.statement.find("from 40 to 4"), std::string::npos) << said.statement;
    EXPECT_NE(said.statement.find("pool exhausted"), std::string::npos) << said.statement;
    EXPECT_EQ(said.evidence.size(), 3U);
    for (const std::string& id : said.evidence)
        EXPECT_NE(scene.detection.evidence.find(id), nullptr);
}

TEST(Suspicion, without_changes_or_symptoms_there_is_nothing_to_say) {
    Scene scene("berths", "berths fails");
    EXPECT_TRUE(scene.weigh().suspects.empty());
    scene.ship("berths", "r1", kStart - 4 * kMinute, kTidy);
    EXPECT_EQ(scene.weigh().suspects.size(), 1U);
}

}  // namespace
}  // namespace insight::analysis::changes
