#include "agent/reasoning/recording.h"

#include <gmock/gmock.h>

namespace insight::agent::reasoning {
namespace {

using base::Json;

Exchange exchange() {
    Exchange out;
    llm::Answer answer;
    answer.turn.speaker = llm::Speaker::Assistant;
    answer.turn.text = "text";
    answer.turn.calls.push_back({"c1", "query_logs", {{"service", "cart"}}, ""});
    answer.turn.calls.push_back({"c2", "query_logs", Json(), "{bad"});
    answer.stop = llm::Stop::Tools;
    answer.model = "m";
    out.answer = std::move(answer);
    out.calls = 2;
    out.failed = 1;
    out.usage = {10, 20, 30, 40};
    out.cost = 0.25;
    out.cut = {"x"};
    return out;
}

TEST(Recording, an_exchange_survives_its_json) {
    const Exchange before = exchange();
    const Exchange after =
        exchange_from_json(*base::parse_json(base::dump_json(to_json(before)), "x"));
    EXPECT_EQ(to_json(after), to_json(before));
    EXPECT_EQ(after.answer->turn.calls[1].malformed, "{bad");
    EXPECT_TRUE(after.answer->turn.calls[1].input.is_null());
}

TEST(Recording, answers_in_order_and_says_when_the_question_was_another) {
    Recording live;
    live.run({{"settings", Json::object()}});
    live.add("digest one", exchange());
    live.add("digest two", exchange());
    Recording recorded(live.lines());
    EXPECT_NE(recorded.run(), nullptr);
    const auto first = recorded.next("digest one");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->cut.size(), 1U);
    const auto second = recorded.next("another digest");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->cut.size(), 2U);
    EXPECT_FALSE(recorded.next("digest three"));
}

TEST(Recording, keeps_answers_of_tools_outside_and_their_failures) {
    Recording live;
    Found found;
    found.evidence.title = "t";
    found.evidence.content = {{"kind", "rows"}};
    live.add("key", base::Result<Found>(found));
    live.add("down", base::Result<Found>(base::fail(base::ErrorKind::Timeout, "late")));
    const Recording recorded(live.lines());
    EXPECT_EQ(recorded.outside("key")->evidence.content, found.evidence.content);
    EXPECT_EQ(recorded.outside("down").error().message, "late");
    EXPECT_EQ(recorded.outside("other").error().kind, base::ErrorKind::NotFound);
}

TEST(Recording, hostile_lines_are_answers_that_say_nothing) {
    const Json line{
        {"kind", "exchange"}, {"answer", {{"calls", {1, "x", {{"name", 7}}}}}}, {"usage", "no"}};
    Recording recorded(std::vector<Json>{line});
    EXPECT_TRUE(recorded.next("x"));
}

TEST(Digest, covers_everything_a_model_reads) {
    llm::Prompt prompt;
    prompt.system = "s";
    prompt.turns = {{}};
    const std::string one = digest_of(prompt);
    prompt.turns[0].text = "t";
    const std::string two = digest_of(prompt);
    prompt.answer_now = true;
    EXPECT_NE(one, two);
    EXPECT_NE(two, digest_of(prompt));
}

}  // namespace
}  // namespace insight::agent::reasoning
