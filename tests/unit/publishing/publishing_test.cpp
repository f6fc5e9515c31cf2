// The whole way from a report to the hub, and what comes back.
#include "agent/publishing/publishing.h"

#include "core/store/audit.h"

#include "tests/fault/evomap/fixtures.h"
#include "tests/unit/publishing/reports.h"

namespace insight::agent {
namespace {

class PublishingService : public test::Evomap {
  protected:
    PublishingService() {
        settings_.auto_publish = true;
        open();
    }
    void open() { publishing_ = Publishing::open(settings_, *store_, *transport_, clock_).value(); }
    void run() { ASSERT_TRUE(publishing_->courier().run_due().has_value()); }

    std::unique_ptr<Publishing> publishing_;
};

TEST_F(PublishingService, a_report_is_published_once_however_often_it_is_posted) {
    Json report = test::some_report();
    publishing_->annotate(report);
    EXPECT_EQ(report["evomap"]["publications"][0]["state"], "queued");
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(publishing_->post(report));
        run();
    }
    EXPECT_EQ(server_.hub().publications(), 1);
    const auto row = publishing_->ledger().row("inc-0123456789abcdef").value();
    EXPECT_EQ(row.state, "candidate");
    EXPECT_EQ(row.capsule_id, report["evomap"]["publications"][0]["capsuleId"]);
    // The ledger has the whole of it, the network does not.
    EXPECT_NE(base::dump_json(row.seed_capsule).find("orders-db"), std::string::npos);
    EXPECT_EQ(server_.hub().bytes().find("orders-db"), std::string::npos);
    EXPECT_GE(store_->audit().verify().value(), 1);
}

TEST_F(PublishingService, a_second_case_of_the_same_kind_uses_the_gene_again) {
    ASSERT_TRUE(publishing_->post(test::some_report()));
    run();
    Json other = test::some_report();
    other["incident"]["id"] = "inc-2";
    other["causes"][0]["statement"] = "An index of a big table was dropped; reads are slow.";
    ASSERT_TRUE(publishing_->post(other));
    run();
    const auto genes = publishing_->genes().all().value();
    ASSERT_EQ(genes.size(), 1U);
    EXPECT_EQ(genes[0].uses, 2);
    EXPECT_EQ(genes[0].streak, 2);
    const auto second = publishing_->ledger().row("inc-2").value();
    const Json kept = server_.hub().assets()[second.capsule_id]["asset"];
    EXPECT_EQ(kept["source_type"], "reused");
    EXPECT_EQ(kept["success_streak"], 2);
    EXPECT_EQ(kept["gene"], genes[0].gene_id);
}

TEST_F(PublishingService, what_waits_for_approval_leaves_only_then) {
    settings_.approval = true;
    open();
    ASSERT_TRUE(publishing_->post(test::some_report()));
    run();
    EXPECT_TRUE(server_.hub().calls().empty());
    EXPECT_EQ(publishing_->ledger().row("inc-0123456789abcdef").value().state, "held");
    ASSERT_TRUE(store_->outbox().release("evomap", "inc-0123456789abcdef", true, "jane"));
    run();
    EXPECT_EQ(server_.hub().publications(), 1);
}

TEST_F(PublishingService, what_a_person_refuses_never_leaves) {
    settings_.approval = true;
    open();
    ASSERT_TRUE(publishing_->post(test::some_report()));
    ASSERT_TRUE(store_->outbox().release("evomap", "inc-0123456789abcdef", false, "jane"));
    run();
    EXPECT_TRUE(server_.hub().calls().empty());
}

TEST_F(PublishingService, what_others_have_seen_stands_in_the_report_with_its_outcome) {
    const evomap::Bundle theirs = [] {
        evomap::SeedCapsule capsule = test::some_capsule();
        capsule.signals = {"statements_slow"};
        return evomap::to_wire(test::some_gene(), capsule, {}).value();
    }();
    server_.hub().add_asset(theirs.capsule, "node_ffffffffffff", "promoted");
    model::Incident incident;
    incident.id = "inc-0123456789abcdef";
    incident.alerts.resize(1);
    incident.alerts[0].labels = {{"alertname", "OrdersStatementsSlow"}, {"service", "orders-db"}};
    publishing_->start();
    publishing_->look_up(incident);
    for (int i = 0; i < 300; ++i) {
        if (store_->documents().document("evomap.seen", incident.id)) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    publishing_->stop();
    Json report = test::some_report();
    publishing_->annotate(report);
    const Json& seen = report["evomap"]["seenBefore"];
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0]["outcome"], "success");
    EXPECT_EQ(seen[0]["sourceNode"], "node_ffffffffffff");
    EXPECT_EQ(seen[0]["verified"], true);
    for (const auto& call : server_.hub().calls("/a2a/fetch"))
        EXPECT_EQ(call.body["payload"]["search_only"], true);
}

TEST_F(PublishingService, a_fix_that_held_is_published_told_and_counted_once) {
    const Json report = test::some_report();
    const std::string id = "inc-0123456789abcdef";
    model::Incident incident;
    incident.id = id;
    ASSERT_TRUE(store_->open(incident, true));
    const auto job = store_->claim(clock_.now() + base::kHour, base::kHour);
    ASSERT_TRUE(job && *job);
    ASSERT_TRUE(store_->put_report(**job, base::dump_json(report), "cause", 0.9, "s"));
    ASSERT_TRUE(publishing_->post(report));
    run();
    const auto streak = [&](const std::string& key) {
        const auto row = publishing_->ledger().row(key).value();
        const auto genes = publishing_->genes().all().value();
        for (const auto& gene : genes)
            if (gene.gene_id == row.gene_id) return gene.streak;
        return -1;
    };
    ASSERT_EQ(streak(id), 1);
    const std::string advice = "sha256:" + std::string(64, 'a');
    EXPECT_FALSE(publishing_->follow(id, "sha256:short"));
    EXPECT_FALSE(publishing_->follow("inc-nobody", advice));
    ASSERT_TRUE(publishing_->follow(id, advice));
    ASSERT_TRUE(publishing_->follow(id, advice));
    Remedy remedy = remedy_of(nullptr);
    remedy.success = true;
    remedy.verification = "the alert of orders-db went away";
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(publishing_->verified(id, remedy));
    run();
    EXPECT_EQ(streak(id), 2) << "counted once";
    EXPECT_EQ(streak(id + ":fix"), 1);
    EXPECT_EQ(server_.hub().publications(), 2);
    EXPECT_EQ(server_.hub().calls("/a2a/assets/" + advice + "/reuse-result").size(), 1U);
    EXPECT_EQ(server_.hub().bytes().find("orders-db"), std::string::npos);
    remedy.success = false;
    ASSERT_TRUE(publishing_->verified(id, remedy));
    run();
    EXPECT_EQ(streak(id), 0);
    EXPECT_EQ(streak(id + ":fix"), 0) << "its cause came back, too";
    EXPECT_EQ(server_.hub().calls("/a2a/assets/" + advice + "/reuse-result").size(), 2U);
}

TEST_F(PublishingService, warnings_of_a_scan_are_told_once_a_finding) {
    Json report = test::some_report();
    report["health"]["findings"] = {
        {{"id", "hf-0123456789ab"},
         {"area", "disk"},
         {"severity", "critical"},
         {"entity", {{"kind", "node"}, {"name", "worker-3"}}},
         {"statement", "The disk of worker-3 is full in 31 hours."},
         {"evidence", {"E3"}},
         {"growth", {{"pValue", 0.001}}},
         {"exhaustion", {{"latest", "2026-11-25T00:00:00Z"}}},
         {"advice", {{"statement", "Make room."}}}},
        {{"id", "hf-ffffffffffff"}, {"severity", "info"}, {"statement", "fine"}}};
    for (const char* scan : {"inc-scan1", "inc-scan2"}) {
        report["incident"]["id"] = scan;
        ASSERT_TRUE(publishing_->post(report));
        run();
    }
    EXPECT_EQ(server_.hub().publications(), 1);
    EXPECT_EQ(publishing_->ledger().row("hf-0123456789ab").value().kind, "warning");
    EXPECT_EQ(server_.hub().bytes().find("worker-3"), std::string::npos);
}

TEST_F(PublishingService, heartbeats_keep_the_hubs_interval_and_can_be_left_out) {
    publishing_->start();
    for (int i = 0; i < 300 && calls("/a2a/hello") == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(calls("/a2a/hello"), 1U);
    EXPECT_EQ(calls("/a2a/heartbeat"), 0U);  // not before half a minute
    publishing_->stop();
    settings_.enable_heartbeat = false;
    open();
    publishing_->start();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    publishing_->stop();
    EXPECT_EQ(calls("/a2a/hello"), 1U);
}

}  // namespace
}  // namespace insight::agent
