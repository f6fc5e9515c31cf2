#include <gmock/gmock.h>

#include "core/llm/estimate.h"
#include "core/llm/fallback_model.h"
#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

struct Scripted final : Model {
    std::string id;
    std::optional<base::Error> error;
    std::int64_t context = 1000;
    std::chrono::nanoseconds* given = nullptr;

    Scripted(std::string id_, std::optional<base::Error> error_)
        : id(std::move(id_)), error(std::move(error_)) {}
    base::Result<Answer> ask(const Prompt& prompt, const Progress& /*progress*/) override {
        if (given != nullptr) *given = prompt.deadline.remaining();
        if (error) return base::fail(*error);
        Answer out;
        out.model = id;
        return out;
    }
    [[nodiscard]] std::string_view name() const override { return id; }
    [[nodiscard]] std::int64_t context_tokens() const override { return context; }
};

std::unique_ptr<FallbackModel> chain(std::vector<std::unique_ptr<Scripted>> models) {
    std::vector<std::unique_ptr<Model>> all;
    for (auto& model : models) all.push_back(std::move(model));
    return std::make_unique<FallbackModel>(std::move(all));
}

std::vector<std::unique_ptr<Scripted>> two(std::optional<base::Error> first,
                                           std::optional<base::Error> second) {
    std::vector<std::unique_ptr<Scripted>> out;
    out.push_back(std::make_unique<Scripted>("large", std::move(first)));
    out.push_back(std::make_unique<Scripted>("small", std::move(second)));
    return out;
}

const base::Error kDown{ErrorKind::Unavailable, "large is down", ""};
const base::Error kKey{ErrorKind::Denied, "small refuses the key", ""};

TEST(Fallback, asks_the_next_when_the_first_fails) {
    EXPECT_EQ(chain(two({}, {}))->ask(test::question("?"), {})->model, "large");
    EXPECT_EQ(chain(two(kDown, {}))->ask(test::question("?"), {})->model, "small");
}

TEST(Fallback, says_what_all_of_them_said) {
    const auto answer = chain(two(kDown, kKey))->ask(test::question("?"), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(answer.error().text(), HasSubstr("large is down"));
    EXPECT_THAT(answer.error().text(), HasSubstr("small refuses the key"));
}

TEST(Fallback, keeps_time_for_the_next_one) {
    auto models = two(kDown, {});
    std::chrono::nanoseconds first{}, second{};
    models[0]->given = &first;
    models[1]->given = &second;
    Prompt prompt = test::question("?");
    prompt.deadline = base::Deadline::after(std::chrono::seconds(100));
    ASSERT_TRUE(chain(std::move(models))->ask(prompt, {}));
    EXPECT_LE(first, std::chrono::seconds(60));
    EXPECT_GT(second, std::chrono::seconds(60));
}

TEST(Fallback, reads_no_more_than_the_smallest_of_them) {
    auto models = two({}, {});
    models[1]->context = 10;
    EXPECT_EQ(chain(std::move(models))->context_tokens(), 10);
}

TEST(Fallback, is_made_of_the_settings_and_does_not_wait_long_for_the_first) {
    test::Times times;
    test::ScriptedTransport transport;
    transport.replies = {{.status = 503, .body = "{}", .headers = {{"Retry-After", "20"}}},
                         {.status = 200, .body = test::recorded("ollama_tools")}};
    Settings settings = test::settings_of("anthropic");
    settings.fallbacks = {test::settings_of("ollama")};
    const auto model = open(settings, transport, times.clock, times.pacing());
    ASSERT_TRUE(model);
    const auto answer = (*model)->ask(test::rich_prompt(), {});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->model, "qwen3:8b");
    EXPECT_TRUE(times.waits.empty());
    EXPECT_EQ((*model)->name(), "anthropic/model-under-test");
    EXPECT_EQ((*model)->context_tokens(), 32768);
}

TEST(Fallback, none_is_a_model_that_never_answers) {
    test::Times times;
    test::ScriptedTransport transport;
    const auto model = open(Settings{}, transport, times.clock);
    ASSERT_TRUE(model);
    const auto answer = (*model)->ask(test::question("?"), {});
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(answer.error().message, HasSubstr("no language model is configured"));
    EXPECT_TRUE(transport.requests.empty());
}

}  // namespace
}  // namespace insight::llm
