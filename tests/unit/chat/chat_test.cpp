#include "agent/chat/chat.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "agent/chat/finder.h"
#include "tests/unit/chat/sample.h"

namespace insight::agent::chat {
namespace {

class FixedClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return now_; }
    base::Nanos now_ = *base::parse_rfc3339("2026-11-21T09:30:00Z");
};

class ChatTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto opened = store::open_store("sqlite:");
        ASSERT_TRUE(opened);
        store_ = std::move(*opened);
    }

    std::string open_incident(const std::string& opened_at, const std::string& service,
                              const std::string& id = "inc-0123456789abcdef") {
        model::Incident incident;
        incident.id = id;
        incident.opened_at = *base::parse_rfc3339(opened_at);
        model::Alert& alert = incident.alerts.emplace_back();
        alert.labels = {{"alertname", "CheckoutSlow"}, {"service", service}};
        alert.starts_at = incident.opened_at;
        EXPECT_TRUE(store_->open(incident, true));
        return id;
    }

    // Does the work of a worker for the next job.
    void report_next(base::Json report) {
        const auto job = store_->claim(clock_.now_ * 2, base::kMinute);
        ASSERT_TRUE(job && *job);
        report["incident"]["id"] = (*job)->incident;
        ASSERT_TRUE(store_->put_report(**job, base::dump_json(report),
                                       base::text_at(report, "verdict"), 0.9,
                                       base::text_at(report, "summary")));
        ASSERT_TRUE(store_->finish(**job));
    }

    base::Result<Said> ask(const std::string& question, const std::string& conversation = "",
                           const Listener& listener = {}) {
        return chat_->ask({.conversation = conversation, .incident = "", .question = question},
                          base::Deadline::after(std::chrono::seconds(5)), listener);
    }

    FixedClock clock_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Chat> chat_;
};

TEST_F(ChatTest, follow_up_questions_stay_with_the_incident_and_another_replica_goes_on) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    const std::string id = open_incident("2026-11-21T09:20:00Z", "checkout");
    report_next(sample_report());
    const auto first = ask("why is checkout slow?");
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->incident, id);
    EXPECT_NE(first->answer.text.find("400 keys per second"), std::string::npos);
    EXPECT_EQ(first->answer.citations[0].id, "E1");
    Chat replica(*store_, clock_);
    const auto next = replica.ask(
        {.conversation = first->conversation, .incident = "", .question = "what changed?"},
        base::Deadline::after(std::chrono::seconds(5)));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->incident, id);
    EXPECT_NE(next->answer.text.find("maxmemory was set"), std::string::npos);
    const auto kept = load(store_->documents(), first->conversation);
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->exchanges.size(), 2U);
    EXPECT_EQ(kept->exchanges[1].topic, "changed");
}

TEST_F(ChatTest,
       what_happened_last_night_is_answered_by_a_post_mortem_of_the_incident_that_says_most) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    open_incident("2026-11-20T23:10:00Z", "checkout");
    report_next(sample_report());
    open_incident("2026-11-20T23:30:00Z", "mail", "inc-1111111111111111");
    base::Json nothing = sample_report();
    nothing["verdict"] = "not_enough_evidence";
    report_next(nothing);
    open_incident("2026-11-18T23:30:00Z", "old", "inc-2222222222222222");
    report_next(sample_report());
    const auto said = ask("what happened last night?");
    ASSERT_TRUE(said);
    EXPECT_EQ(said->incident, "inc-0123456789abcdef");
    EXPECT_NE(said->answer.text.find("2 incidents from"), std::string::npos) << said->answer.text;
    EXPECT_NE(said->answer.text.find("Timeline"), std::string::npos);
    EXPECT_EQ(said->answer.text.find("inc-2222222222222222"), std::string::npos);
}

TEST_F(ChatTest, a_quiet_night_is_said_to_be_one) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    open_incident("2026-11-18T23:30:00Z", "old");
    report_next(sample_report());
    const auto said = ask("what happened last night?");
    ASSERT_TRUE(said);
    EXPECT_EQ(said->incident, "");
    EXPECT_NE(said->answer.text.find("No incident is known from 2026-11-20 18:00:00 UTC"),
              std::string::npos);
    EXPECT_NE(said->answer.text.find("The last one was"), std::string::npos);
}

TEST_F(ChatTest, an_unknown_subject_is_investigated_and_the_answer_waits_for_the_report) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    std::atomic<bool> waits = false;  // the report must not be there before anybody waits for it
    std::thread worker([&] {
        for (int i = 0; i < 2'000 && !waits; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        report_next(sample_report());
    });
    std::vector<std::string> states;
    std::string streamed;
    const auto said =
        ask("why is checkout slow?", "", [&](std::string_view event, const base::Json& data) {
            if (event == "state") states.push_back(data.at("state"));
            if (event == "state" && states.back() == "investigating") waits = true;
            if (event == "token") streamed += data.at("text").get<std::string>();
            return true;
        });
    worker.join();
    ASSERT_TRUE(said) << said.error().text();
    EXPECT_TRUE(said->complete);
    EXPECT_EQ(states, (std::vector<std::string>{"open", "investigating"}));
    EXPECT_EQ(streamed, said->answer.text);
    EXPECT_EQ(store_->incident(said->incident)->incident.service, "checkout");
}

TEST_F(ChatTest, a_name_is_spelled_as_it_is_known_and_else_as_it_was_written) {
    open_incident("2026-11-18T23:30:00Z", "Payment_API");
    EXPECT_EQ(known_spelling(*store_, "payment_api").value_or(""), "Payment_API");
    EXPECT_EQ(known_spelling(*store_, "Checkout-API").value_or(""), "Checkout-API");
    chat_ = std::make_unique<Chat>(*store_, clock_);
    std::thread worker([&] {
        while (store_->incidents({10, ""})->size() < 2)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        chat_->stop();
    });
    (void)ask("why is Checkout-API slow?");
    worker.join();
    const auto rows = store_->incidents({10, ""});
    ASSERT_TRUE(rows && rows->size() == 2);
    EXPECT_EQ(rows->front().incident.service, "Checkout-API");
}

TEST_F(ChatTest, an_investigation_that_takes_longer_is_said_and_asked_for_again) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    const auto said =
        chat_->ask({.conversation = "", .incident = "", .question = "why is checkout slow?"},
                   base::Deadline::after(std::chrono::milliseconds(300)));
    ASSERT_TRUE(said);
    EXPECT_FALSE(said->complete);
    report_next(sample_report());
    const auto again = ask("and now?", said->conversation);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->complete);
    EXPECT_EQ(again->incident, said->incident);
}

TEST_F(ChatTest, is_anything_about_to_go_wrong_starts_a_health_scan_and_a_fresh_one_is_used_again) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    std::thread worker([this] {
        for (int i = 0; i < 100 && store_->counters().queued_jobs == 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        base::Json report = sample_report();
        report["health"] = {{"score", 72},
                            {"examined", 40},
                            {"findings",
                             {{{"severity", "warning"},
                               {"statement", "Disk of orders is full in 3 h."},
                               {"evidence", {"E1"}}}}}};
        report_next(report);
    });
    const auto said = ask("is anything about to go wrong?");
    worker.join();
    ASSERT_TRUE(said) << said.error().text();
    EXPECT_NE(said->answer.text.find("Health 72 of 100"), std::string::npos) << said->answer.text;
    EXPECT_NE(said->answer.text.find("full in 3 h"), std::string::npos);
    const auto again = ask("what is at risk?");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->incident, said->incident);
}

TEST_F(ChatTest, a_review_without_a_repository_is_honest_and_with_one_is_the_reviewers) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    EXPECT_NE(
        ask("will this pull request hurt?")->answer.text.find("once its repository is configured"),
        std::string::npos);
    chat_->use([](const std::string& question) -> base::Result<std::string> {
        return "risk of " + question;
    });
    EXPECT_EQ(ask("will acme/shop#7 hurt?")->answer.text, "risk of will acme/shop#7 hurt?");
}

TEST_F(ChatTest, who_may_not_investigate_opens_nothing) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    for (const std::string question : {"why is checkout slow?", "is anything about to go wrong?"}) {
        const auto said = chat_->ask(
            {.conversation = "", .incident = "", .question = question, .may_investigate = false},
            base::Deadline::after(std::chrono::seconds(1)));
        ASSERT_TRUE(said);
        EXPECT_NE(said->answer.text.find("may not"), std::string::npos);
    }
    EXPECT_EQ(store_->counters().incidents, 0);
}

TEST_F(ChatTest, wrong_questions_are_refused_in_one_sentence) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    EXPECT_EQ(ask("  \n ").error().kind, base::ErrorKind::Invalid);
    EXPECT_EQ(ask(std::string(5000, 'x')).error().kind, base::ErrorKind::Invalid);
    EXPECT_EQ(ask("what?", "chat-00000000-0000").error().kind, base::ErrorKind::NotFound);
    EXPECT_EQ(
        chat_
            ->ask({.conversation = "", .incident = "inc-ffffffffffffffff", .question = "why?"},
                  base::Deadline::after(std::chrono::seconds(1)))
            .error()
            .kind,
        base::ErrorKind::NotFound);
    EXPECT_NE(ask("hello")->answer.text.find("No incident is known yet"), std::string::npos);
}

class Parrot final : public Talker {
  public:
    std::optional<Answer> say(const Question&, const Conversation& conversation, const base::Json&,
                              const Answer& draft, base::Deadline, const Progress& progress,
                              std::string& why) override {
        if (conversation.exchanges.size() % 2 == 1) {
            why = "The model was not asked: the budget of the day is used up.";
            return std::nullopt;
        }
        progress("tool", {{"name", "logs"}});
        Answer out = draft;
        out.text = "better";
        out.by = "parrot/1";
        return out;
    }
};

TEST_F(ChatTest, a_talker_takes_the_place_of_the_engine_and_its_failure_is_a_note) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    Parrot parrot;
    chat_->use(&parrot);
    open_incident("2026-11-21T09:20:00Z", "checkout");
    report_next(sample_report());
    std::vector<std::string> events;
    const auto first =
        ask("why is checkout slow?", "", [&](std::string_view event, const base::Json&) {
            events.emplace_back(event);
            return true;
        });
    ASSERT_TRUE(first);
    EXPECT_EQ(first->answer.by, "parrot/1");
    EXPECT_EQ(events, (std::vector<std::string>{"tool", "token"}));
    const auto second = ask("why?", first->conversation);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->answer.by, "engine");
    ASSERT_EQ(second->answer.notes.size(), 1U);
    EXPECT_NE(second->answer.text.find("400 keys"), std::string::npos);
}

TEST_F(ChatTest, nobody_listening_or_a_stop_ends_the_wait) {
    chat_ = std::make_unique<Chat>(*store_, clock_);
    open_incident("2026-11-21T09:20:00Z", "checkout");
    const auto gone =
        chat_->ask({.conversation = "", .incident = "inc-0123456789abcdef", .question = "why?"},
                   base::Deadline::after(std::chrono::hours(1)),
                   [](std::string_view, const base::Json&) { return false; });
    ASSERT_TRUE(gone);
    EXPECT_FALSE(gone->complete);
    chat_->stop();
    const auto stopped =
        chat_->ask({.conversation = "", .incident = "inc-0123456789abcdef", .question = "why?"},
                   base::Deadline::after(std::chrono::hours(1)));
    ASSERT_TRUE(stopped);
    EXPECT_FALSE(stopped->complete);
}

}  // namespace
}  // namespace insight::agent::chat
