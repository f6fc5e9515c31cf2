// What log records give away, although nobody keeps them.
#include <gtest/gtest.h>

#include "agent/known_secrets/learn.h"

namespace insight::agent {
namespace {

const std::string kValue = "Bl4ckBerry-Pie-77";

model::LogRecord record(std::string body, model::Labels attributes = {}) {
    model::LogRecord out;
    out.time = 1'763'600'000'000'000'000;
    out.body = std::move(body);
    out.attributes = std::move(attributes);
    return out;
}

store::Snapshot window(std::vector<model::LogRecord> logs) {
    store::Snapshot out;
    out.incident.id = "inc-0000000000000001";
    out.signals.logs = std::move(logs);
    return out;
}

// As a command or the service opens it: the records went by, and are read again.
std::string hidden_by(const store::Snapshot& whole, const std::string& text) {
    store::Snapshot opened = whole;
    opened.signals.logs.clear();
    base::Border border({}, base::Secret("a key"));
    learn_secrets(border, opened, [&](store::LogSink& sink) -> base::Status {
        store::stream_logs(whole.incident, whole.signals, sink);
        return {};
    });
    base::Border same({}, base::Secret("a key"));
    learn_secrets(same, whole);
    EXPECT_EQ(same.hide(text), border.hide(text)) << "kept or streamed is one";
    return border.hide(text);
}

TEST(LearnSecrets, a_password_of_a_record_that_nobody_kept_is_known_bare) {
    const std::string text = "the user typed " + kValue + " once";
    EXPECT_EQ(hidden_by(window({record("order accepted")}), text), text);
    EXPECT_EQ(hidden_by(window({record("login failed, password=" + kValue)}), text).find(kValue),
              std::string::npos);
    EXPECT_EQ(
        hidden_by(window({record("went wrong", {{"db.password", kValue}})}), text).find(kValue),
        std::string::npos);
    EXPECT_EQ(
        hidden_by(window({record("retry redis://:" + kValue + "@cache:6379")}), text).find(kValue),
        std::string::npos);
}

TEST(LearnSecrets, a_flood_of_harmless_records_does_not_bury_the_one_that_tells) {
    std::vector<model::LogRecord> logs;
    for (int i = 0; i < 40'000; ++i) logs.push_back(record(std::string(200, 'a' + i % 26)));
    logs.push_back(record("login failed, password=" + kValue));
    EXPECT_EQ(hidden_by(window(std::move(logs)), "it was " + kValue).find(kValue),
              std::string::npos);
}

TEST(LearnSecrets, lines_that_speak_of_tokens_and_one_password_in_every_line_bury_no_other) {
    std::vector<model::LogRecord> logs;
    for (int i = 0; i < 30'000; ++i) {
        logs.push_back(record("token checked, remaining seconds " + std::to_string(i) +
                              std::string(100, ' ')));
        logs.push_back(record("password=Every-Line-Has-Me-1 for request " + std::to_string(i)));
    }
    logs.push_back(record("login failed, password=" + kValue));
    const std::string hidden =
        hidden_by(window(std::move(logs)), "it was " + kValue + " and Every-Line-Has-Me-1");
    EXPECT_EQ(hidden.find(kValue), std::string::npos);
    EXPECT_EQ(hidden.find("Every-Line"), std::string::npos);
}

TEST(LearnSecrets, what_a_live_tool_answered_teaches_too) {
    store::Snapshot answered = window({});
    answered.exchanges.push_back(
        {{"kind", "outside"}, {"answer", {{"text", "token: " + kValue + kValue}}}});
    EXPECT_EQ(hidden_by(answered, "it says " + kValue + kValue).find(kValue), std::string::npos);
}

// Summaries are shortened before any border sees them.
TEST(LearnSecrets, a_secret_that_was_shortened_away_is_known_by_its_beginning) {
    base::Border border({}, base::Secret("a key"));
    learn_secrets(border, window({record("password=" + kValue)}));
    for (std::size_t length = 8; length <= kValue.size(); ++length) {
        const std::string text = "it was " + kValue.substr(0, length) + "\u2026";
        const std::string hidden = border.hide(text);
        EXPECT_EQ(hidden.find(kValue.substr(0, 8)), std::string::npos) << hidden;
        EXPECT_EQ(border.hide(hidden), hidden);
        EXPECT_EQ(border.restore(hidden), text);
    }
    const std::string other = "it was Bl4ckBerry-Jam\u2026, and " + kValue.substr(0, 8);
    EXPECT_EQ(border.hide(other), other) << "nothing was cut off there";
}

TEST(LearnSecrets, records_that_cannot_be_read_teach_nothing_and_harm_nothing) {
    base::Border border({}, base::Secret("a key"));
    learn_secrets(border, window({}), [](store::LogSink&) -> base::Status {
        return base::fail(base::ErrorKind::Corrupt, "the archive is cut off");
    });
    EXPECT_EQ(border.hidden(), 0U);
}

}  // namespace
}  // namespace insight::agent
