// What was planted in every kind of signal is in no byte that leaves for the network.
#include "agent/publishing/publishing.h"
#include "tests/fault/evomap/fixtures.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"
#include "tests/unit/publishing/reports.h"

namespace insight::agent {
namespace {

class EvomapPrivacy : public test::Evomap {
  protected:
    EvomapPrivacy() {
        settings_.auto_publish = true;
        settings_.publish_diffs = true;
        settings_.words = {"Hooli"};
        publishing_ = Publishing::open(settings_, *store_, *transport_, clock_).value();
    }

    // A report in which everything that is text says this.
    static Json report_saying(const std::string& text, int number) {
        Json report = test::some_report();
        report["incident"]["id"] = "inc-" + std::to_string(number);
        Json& cause = report["causes"][0];
        cause["statement"] = text;
        cause["overturnedBy"]["statement"] = text;
        cause["rivals"][0]["ruledOutBy"] = text;
        for (Json& evidence : report["evidence"]) {
            evidence["title"] = text;
            evidence["content"]["facts"] = {{"before", text}, {"now", text}};
        }
        report["summary"] = text;
        // The signals in which the secrets stood with their keys are evidence of the same case.
        report["evidence"]["E4"] = {{"title", "everything"},
                                    {"content", {{"kind", "logs"}, {"lines", all()}}}};
        return report;
    }

    static const Json& all() {
        static const Json kAll = planted::planted_json();
        return kAll;
    }

    // Gives how it ended: Sent, Refused; nothing when it was not even queued.
    std::optional<store::ParcelState> ended(const std::string& key) {
        const auto all = store_->outbox().parcels({});
        for (const store::Parcel& parcel : all.value())
            if (parcel.key == key) return parcel.state;
        return std::nullopt;
    }

    std::unique_ptr<Publishing> publishing_;
};

TEST_F(EvomapPrivacy, no_planted_text_leaves_and_most_lessons_do) {
    int number = 0;
    int sent = 0;
    for (const planted::PlantedText& text : planted::planted_texts()) {
        const Json report = report_saying(text.text, ++number);
        (void)publishing_->publish(report);
        ASSERT_TRUE(publishing_->courier().run_due().has_value());
        if (ended("inc-" + std::to_string(number)) == store::ParcelState::Sent) ++sent;
    }
    EXPECT_EQ(planted::leaks(server_.hub().bytes()), std::vector<std::string>{});
    ASSERT_GT(number, 10);
    EXPECT_GT(sent * 2, number) << "a gate that lets nothing through proves nothing";
}

TEST_F(EvomapPrivacy, no_planted_signal_leaves_by_evidence_labels_or_diffs) {
    int number = 1000;
    for (const auto& [kind, list] : all().items())
        for (const Json& one : list.is_array() ? list : Json::array()) {
            Json report = report_saying(base::dump_json(one), ++number);
            report["evidence"]["E3"]["content"]["labels"] = base::object_at(one, "labels");
            (void)publishing_->publish(report);
            ASSERT_TRUE(publishing_->courier().run_due().has_value());
        }
    EXPECT_EQ(planted::leaks(server_.hub().bytes()), std::vector<std::string>{});
    EXPECT_GT(server_.hub().publications(), 5);
}

TEST_F(EvomapPrivacy, a_fix_with_secrets_in_its_diff_and_an_experience_leak_nothing) {
    int number = 2000;
    server_.hub().add_asset({{"asset_id", "sha256:" + std::string(64, 'a')}}, "node_x", "promoted");
    for (const planted::PlantedText& text : planted::planted_texts()) {
        const Json report = report_saying("The index was dropped and reads became slow.", ++number);
        const std::string id = report["incident"]["id"];
        model::Incident incident;
        incident.id = id;
        incident.opened_at = clock_.now();
        ASSERT_TRUE(store_->open(incident, true));
        const auto job = store_->claim(clock_.now(), base::kMinute).value().value();
        ASSERT_TRUE(store_->put_report(job, base::dump_json(report), "cause", 0.95, ""));
        ASSERT_TRUE(store_->finish(job));
        const Remedy remedy{"config_change",
                            {{"/srv/app/conf.yml", "", "-old\n+" + text.text + "\n"}},
                            text.text,
                            text.text,
                            true,
                            {"sha256:" + std::string(64, 'a')}};
        ASSERT_TRUE(publishing_->verified(id, remedy));
        ASSERT_TRUE(publishing_->courier().run_due().has_value());
    }
    EXPECT_EQ(planted::leaks(server_.hub().bytes()), std::vector<std::string>{});
    EXPECT_GT(server_.hub().calls("/a2a/publish").size(), 2U);
}

TEST_F(EvomapPrivacy, the_question_before_an_investigation_tells_nothing_private) {
    model::Incident incident = planted::planted_incident();
    publishing_->look_up(incident);
    publishing_->start();
    for (int i = 0; i < 200 && calls("/a2a/fetch") == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    publishing_->stop();
    ASSERT_EQ(calls("/a2a/fetch"), 1U);
    EXPECT_EQ(planted::leaks(server_.hub().bytes()), std::vector<std::string>{});
    for (const model::Alert& alert : incident.alerts)
        for (const auto& [label, value] : alert.labels) {
            if (label == "alertname" || label == "severity") continue;
            EXPECT_EQ(server_.hub().bytes().find("\"" + value + "\""), std::string::npos) << label;
        }
}

TEST_F(EvomapPrivacy, below_the_threshold_no_byte_leaves_at_all) {
    Json report = test::some_report();
    report["confidence"] = 0.79;
    EXPECT_FALSE(publishing_->publish(report));
    publishing_->annotate(report);
    ASSERT_TRUE(publishing_->post(report));
    EXPECT_EQ(publishing_->courier().run_due().value(), 0);
    EXPECT_TRUE(server_.hub().calls().empty());
    const Json& told = report["evomap"]["publications"][0];
    EXPECT_EQ(told["state"], "withheld");
    EXPECT_NE(told["why"].get<std::string>().find("minConfidence"), std::string::npos);
}

TEST_F(EvomapPrivacy, words_of_the_organisation_stay) {
    const Json report = report_saying("Hooli lost its index on a big table, reads became slow.", 1);
    ASSERT_TRUE(publishing_->publish(report));
    ASSERT_TRUE(publishing_->courier().run_due().has_value());
    EXPECT_EQ(server_.hub().publications(), 1);
    EXPECT_EQ(server_.hub().bytes().find("Hooli"), std::string::npos);
}

}  // namespace
}  // namespace insight::agent
