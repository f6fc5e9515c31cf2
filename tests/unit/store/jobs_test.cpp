#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using base::kMinute;
using base::kSecond;
using model::IncidentState;

constexpr base::Nanos kNow = kStart + base::kHour;

class AnyJobs : public OpenStore {
  protected:
    std::string open_one(const std::string& group = "g") {
        const auto accepted = store_->accept(delivery(group, {firing("a")}));
        EXPECT_TRUE(accepted) << accepted.error().text();
        return accepted ? accepted->incidents.at(0) : "";
    }
    std::optional<Job> claim(base::Nanos now = kNow) {
        const auto job = store_->claim(now, kMinute);
        EXPECT_TRUE(job) << job.error().text();
        return job ? *job : std::nullopt;
    }
    IncidentState state(const std::string& id) { return store_->incident(id)->incident.state; }
};

TEST_P(AnyJobs, are_given_out_oldest_first_and_once) {
    const std::string first = open_one("g");
    const std::string second = open_one("h");
    EXPECT_EQ(claim()->incident, first);
    EXPECT_EQ(claim()->incident, second);
    EXPECT_FALSE(claim());
}

TEST_P(AnyJobs, are_given_again_when_their_lease_ended) {
    const std::string id = open_one();
    const auto first = claim();
    EXPECT_EQ(first->attempts, 1);
    EXPECT_FALSE(claim(kNow + kMinute - 1));
    const auto second = claim(kNow + kMinute);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->incident, id);
    EXPECT_EQ(second->attempts, 2);
    EXPECT_GT(second->fence, first->fence);
}

TEST_P(AnyJobs, are_kept_by_renewing) {
    open_one();
    const auto job = claim();
    ASSERT_TRUE(store_->renew(*job, kNow + 5 * kMinute));
    EXPECT_FALSE(claim(kNow + 4 * kMinute));
}

TEST_P(AnyJobs, refuse_every_write_of_a_worker_that_was_fenced_off) {
    const std::string id = open_one();
    const auto old = claim();
    ASSERT_TRUE(store_->put_stage(*old, "window", "old"));
    const auto now = claim(kNow + kMinute);
    ASSERT_TRUE(now);
    const auto refused = [](const base::Status& status) {
        return !status && status.error().kind == ErrorKind::Conflict;
    };
    EXPECT_TRUE(refused(store_->renew(*old, kNow + base::kHour)));
    EXPECT_TRUE(refused(store_->put_stage(*old, "window", "late")));
    EXPECT_TRUE(refused(store_->put_report(*old, "{}", "cause", 1, "late")));
    EXPECT_TRUE(refused(store_->give_up(*old, {}, 0)));
    EXPECT_TRUE(refused(store_->finish(*old)));
    EXPECT_EQ(*store_->stage(id, "window"), "old") << "a retry goes on from the last stage";
    EXPECT_TRUE(store_->finish(*now));
    EXPECT_TRUE(refused(store_->finish(*now))) << "an ended job is nobody's";
}

TEST_P(AnyJobs, grow_their_fence_beyond_the_end_of_a_job) {
    const std::string id = open_one();
    const auto first = claim();
    ASSERT_TRUE(store_->finish(*first));
    ASSERT_TRUE(store_->accept(delivery("g", {firing("b")})));
    const auto second = claim();
    ASSERT_TRUE(second);
    EXPECT_GT(second->fence, first->fence);
    EXPECT_EQ(store_->finish(*first).error().kind, ErrorKind::Conflict);
}

TEST_P(AnyJobs, begin_a_fresh_run_without_the_stages_of_the_run_before) {
    const std::string id = open_one();
    const auto first = claim();
    ASSERT_TRUE(store_->put_stage(*first, "snapshot", std::string("\0bytes", 6)));
    EXPECT_EQ(*store_->stage(id, "snapshot"), std::string("\0bytes", 6));
    ASSERT_TRUE(store_->finish(*first));
    EXPECT_TRUE(store_->stage(id, "snapshot")) << "kept with its report";
    ASSERT_TRUE(store_->accept(delivery("g", {firing("b")})));
    ASSERT_TRUE(claim());
    EXPECT_EQ(store_->stage(id, "snapshot").error().kind, ErrorKind::NotFound);
}

TEST_P(AnyJobs, wait_for_their_retry) {
    const std::string id = open_one();
    const auto job = claim();
    ASSERT_TRUE(store_->give_up(*job, {ErrorKind::Timeout, "too slow"}, kNow + 2 * kMinute));
    EXPECT_FALSE(claim(kNow + kMinute));
    EXPECT_EQ(state(id), IncidentState::Open);
    const auto again = claim(kNow + 2 * kMinute);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->attempts, 2);
    ASSERT_TRUE(store_->give_up(*again, {ErrorKind::Timeout, "too slow"}, 0));
    EXPECT_EQ(state(id), IncidentState::Failed);
    EXPECT_FALSE(claim(kNow + base::kHour));
}

TEST_P(AnyJobs, leave_an_earlier_report_standing_when_a_second_run_fails) {
    const std::string id = open_one();
    const auto first = claim();
    ASSERT_TRUE(store_->put_report(*first, "{\"n\":1}", "cause", 0.75, "the lock"));
    ASSERT_TRUE(store_->finish(*first));
    ASSERT_TRUE(store_->accept(delivery("g", {firing("b")})));
    ASSERT_TRUE(store_->give_up(*claim(), {ErrorKind::Timeout, "too slow"}, 0));
    EXPECT_EQ(state(id), IncidentState::Reported);
    EXPECT_EQ(*store_->report(id), "{\"n\":1}");
}

TEST_P(AnyJobs, put_the_report_and_the_columns_of_the_list) {
    const std::string id = open_one();
    EXPECT_EQ(store_->report(id).error().kind, ErrorKind::NotFound);
    ASSERT_TRUE(store_->put_report(*claim(), "{}", "several", 0.75, "the lock"));
    const auto row = store_->incident(id);
    EXPECT_EQ(row->verdict, "several");
    EXPECT_EQ(row->confidence, 0.75);
    EXPECT_EQ(row->summary, "the lock");
    EXPECT_EQ(row->incident.state, IncidentState::Reported);
    EXPECT_EQ(*store_->report(id), "{}");
}

// Waiting longer than the test may last would show as a time-out.
TEST_P(AnyJobs, wake_a_waiting_worker) {
    ASSERT_FALSE(claim());
    std::thread sender([this] { open_one(); });
    store_->wait_for_job(std::chrono::hours(1));
    sender.join();
    EXPECT_TRUE(claim());
}

TEST_P(AnyJobs, that_came_between_looking_and_waiting_are_not_slept_over) {
    ASSERT_FALSE(claim());
    open_one();
    store_->wait_for_job(std::chrono::hours(1));
    EXPECT_TRUE(claim());
}

TEST_P(AnyJobs, wake_for_a_retry_that_becomes_due) {
    open_one();
    const auto job = claim();
    ASSERT_TRUE(store_->give_up(*job, {}, kNow + kSecond / 50));
    ASSERT_FALSE(claim());
    store_->wait_for_job(std::chrono::hours(1));
    EXPECT_TRUE(claim(kNow + kSecond / 50));
}

TEST_P(AnyJobs, end_every_wait_when_told_to) {
    ASSERT_FALSE(claim());
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i)
        workers.emplace_back([this] { store_->wait_for_job(std::chrono::hours(1)); });
    store_->wake();
    for (std::thread& worker : workers) worker.join();
}

TEST_P(AnyJobs, come_with_a_question_when_asked_for) {
    model::Incident question;
    question.id = "inc-question";
    question.origin = model::Origin::Question;
    question.question = "why is the shop slow?";
    question.service = "shop";
    question.window = {30, 40, 10, 20};
    question.scope = {"eu", "shop"};
    question.opened_at = kNow;
    ASSERT_TRUE(store_->open(question, true));
    EXPECT_EQ(claim()->incident, "inc-question");
    EXPECT_EQ(model::to_json(store_->incident("inc-question")->incident), model::to_json(question));
    EXPECT_EQ(store_->open(question, true).error().kind, ErrorKind::Conflict);
    question.id = "inc-other";
    ASSERT_TRUE(store_->open(question, false));
    EXPECT_FALSE(claim());
}

TEST_P(AnyJobs, keep_an_alert_given_by_hand_to_one_incident) {
    model::Incident by_hand;
    by_hand.id = model::incident_id("g", firing("a"));
    by_hand.group_key = "g";
    by_hand.alerts = {firing("a")};
    by_hand.opened_at = kNow;
    ASSERT_TRUE(store_->open(by_hand, true));
    const auto joined = store_->accept(delivery("g", {firing("a"), firing("b")}));
    EXPECT_EQ(joined->opened, 0);
    EXPECT_EQ(joined->incidents.at(0), by_hand.id);
    by_hand.id = "inc-other";
    EXPECT_EQ(store_->open(by_hand, true).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(store_->incident("inc-other").error().kind, ErrorKind::NotFound);
}

INSIGHT_ON_EACH_STORE(AnyJobs);

}  // namespace
}  // namespace insight::store
