// Workers on a real store in memory: jobs become reports, attempts go on from what was recorded.
#include "agent/workers.h"

#include <gtest/gtest.h>

#include "agent/pipeline.h"
#include "agent/question.h"
#include "agent/reason_stage.h"
#include "core/llm/block.h"

namespace insight::agent {
namespace {

// Without anything recorded no model is asked.
class OneChange final : public collectors::Source {
  public:
    model::Signals collect(const collectors::Request& request) override {
        model::Signals signals;
        model::Change change;
        change.time = request.window.start;
        change.summary = "checkout was deployed";
        signals.changes.push_back(change);
        return signals;
    }
    std::vector<collectors::Probe> probe(base::Deadline) override { return {}; }
};

class WorkersTest : public testing::Test {
  protected:
    WorkersTest() {
        store_ = std::move(*store::open_store("sqlite:"));
        transport_ = net::make_transport(net::Adapter::Curl);
        sources_ = std::move(*Sources::open(config_, *transport_, clock_, store_.get()));
    }

    std::string asked() {
        const auto incident = question_incident({"what is wrong?", "", "", ""}, clock_.now());
        EXPECT_TRUE(store_->open(*incident, true));
        return incident->id;
    }

    // Runs workers until the incident has a report.
    store::IncidentRow reported(const std::string& id) {
        Workers workers(*store_, *sources_, clock_, config_.pipeline);
        workers.start();
        for (int i = 0; i < 500; ++i) {
            auto row = store_->incident(id);
            if (row && row->incident.state != model::IncidentState::Open) return *row;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "no report within five seconds";
        return {};
    }

    base::SystemClock clock_;
    config::Config config_ = config::defaults();
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<Sources> sources_;
};

TEST_F(WorkersTest, a_job_becomes_a_report_that_a_replay_repeats) {
    const std::string id = asked();
    EXPECT_EQ(reported(id).verdict, "not_enough_evidence");
    const auto snapshot = store::unpack_snapshot(*store_->stage(id, "snapshot"));
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(base::dump_json(model::to_json(analyse(*snapshot))), *store_->report(id));
}

TEST_F(WorkersTest, a_second_attempt_goes_on_from_what_the_first_recorded) {
    const std::string id = asked();
    const auto first = store_->claim(clock_.now(), base::kSecond);
    ASSERT_TRUE(first && *first);
    // What the first attempt recorded before it died is told by a mark that no source would give.
    store::Snapshot snapshot =
        record(store_->incident(id)->incident, *sources_, config_.pipeline, clock_.now());
    model::Change mark;
    mark.time = snapshot.incident.window.start;
    mark.summary = "recorded by the first attempt";
    snapshot.signals.changes.push_back(mark);
    ASSERT_TRUE(
        store_->put_stage(**first, "window",
                          base::dump_json({{"job", (*first)->id},
                                           {"window", model::to_json(snapshot.incident.window)}})));
    ASSERT_TRUE(store_->put_stage(**first, "snapshot", *store::pack_snapshot(snapshot)));
    ASSERT_TRUE(
        store_->give_up(**first, {base::ErrorKind::Unavailable, "the process died"}, clock_.now()));
    reported(id);
    EXPECT_NE(store_->report(id)->find("recorded by the first attempt"), std::string::npos);
}

TEST_F(WorkersTest, a_model_that_is_down_leaves_the_report_and_a_replay_repeats_it) {
    config::Known known;
    known.blocks = {&llm::kBlock, &reasoning::settings_block()};
    // Nobody listens on port 1.
    const auto config = config::parse(
        "llm: {provider: ollama, model: m, baseUrl: 'http://127.0.0.1:1/v1', attempts: 1}\n",
        "config.yaml", known);
    ASSERT_TRUE(config) << config.error().text();
    auto stage = ReasonStage::open(*config, *transport_, clock_, store_.get());
    ASSERT_TRUE(stage) << stage.error().text();
    ASSERT_TRUE((*stage)->configured());
    sources_->add("git", "changes", std::make_unique<OneChange>());
    const std::string id = asked();
    {
        Workers workers(*store_, *sources_, clock_, config_.pipeline);
        workers.reason_with(**stage);
        workers.start();
        for (int i = 0; i < 1'000 && !store_->report(id); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const auto report = store_->report(id);
    ASSERT_TRUE(report);
    EXPECT_NE(report->find("\"ended\":\"provider_down\""), std::string::npos);
    const std::string bytes = *store_->stage(id, "snapshot");
    const auto window = unpack_recorded(bytes);
    ASSERT_TRUE(window);
    model::Report again = analyse(*window);
    reason_again(*window, logs_of(bytes), again);
    EXPECT_EQ(base::dump_json(model::to_json(again)), *report);
}

TEST_F(WorkersTest, a_defect_that_one_incident_shows_leaves_the_others) {
    const std::string broken = asked();
    const auto other = question_incident({"and the carts?", "", "", ""}, clock_.now());
    ASSERT_TRUE(other && store_->open(*other, true));
    Workers workers(*store_, *sources_, clock_, config_.pipeline);
    workers.attend({.before = [&](const model::Incident& incident) {
        if (incident.id == broken) throw std::out_of_range("as a defect would");
    }});
    workers.start();
    for (int i = 0; i < 1'000 && !store_->report(other->id); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(store_->report(other->id));
    EXPECT_FALSE(store_->report(broken));
    EXPECT_EQ(store_->incident(broken)->incident.state, model::IncidentState::Open)
        << "it is tried again";
}

TEST_F(WorkersTest, stopped_workers_take_nothing_more) {
    Workers workers(*store_, *sources_, clock_, config_.pipeline);
    workers.start();
    workers.stop();
    const std::string id = asked();
    const auto job = store_->claim(clock_.now(), base::kSecond);
    ASSERT_TRUE(job && *job);
    EXPECT_EQ((*job)->incident, id);
    EXPECT_EQ((*job)->attempts, 1);
}

}  // namespace
}  // namespace insight::agent
