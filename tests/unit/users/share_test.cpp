#include "analysis/users/share.h"

#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "analysis/users/log_users.h"

namespace insight::analysis::users {
namespace {

using base::kMinute;
using base::kSecond;
using model::Nanos;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Nanos kStart = 1'790'000'000LL * kSecond;

model::Window window() {
    return {kStart, kStart + 10 * kMinute, kStart - 30 * kMinute, kStart};
}

Question question(std::set<std::string> places = {"shop"}) {
    return {window(), kStart + kMinute, std::move(places)};
}

// One request: an entry span at the front, which names the user, and a call below it.
void request(model::Signals& signals, const std::string& trace, Nanos start, Nanos took,
             const std::string& user, bool fails, const std::string& below = "shop") {
    model::Span top;
    top.trace_id = trace;
    top.span_id = trace + "-1";
    top.name = "GET /cart";
    top.kind = "server";
    top.start = start;
    top.end = start + took;
    top.status = fails ? "error" : "ok";
    top.attributes = {{"service.name", "front"}, {"enduser.id", user}};
    model::Span inner = top;
    inner.span_id = trace + "-2";
    inner.parent_span_id = top.span_id;
    inner.attributes = {{"service.name", below}};
    inner.status = "error";  // what is made good above, nobody feels
    signals.spans.push_back(inner);
    signals.spans.push_back(top);
}

// Forty users before, each twice, all well; `failing` of forty fail now.
model::Signals traced(int failing, const std::string& below = "shop") {
    model::Signals signals;
    for (int i = 0; i < 80; ++i)
        request(signals, "b" + std::to_string(i), kStart - 20 * kMinute + i * kSecond, kSecond / 10,
                "u" + std::to_string(i % 40), false, below);
    for (int i = 0; i < 40; ++i)
        request(signals, "n" + std::to_string(i), kStart + 2 * kMinute + i * kSecond, kSecond / 10,
                "u" + std::to_string(i), i < failing, below);
    return signals;
}

struct Answer {
    model::UserImpact users;
    EvidenceBook book{model::Scope{}};
    // Numbers and names of the statement that its evidence does not hold.
    [[nodiscard]] std::vector<std::string> unproven() const {
        std::vector<const model::Evidence*> cited;
        for (const std::string& id : users.evidence) cited.push_back(book.find(id));
        return unproven_parts(users.statement, cited);
    }
};

Answer ask(const model::Signals& signals, const Tally& logs = {},
           const Question& asked = question()) {
    Answer out;
    out.users = share_of(signals, logs, asked, out.book);
    return out;
}

TEST(UserShare, counts_users_whose_request_failed_at_the_top) {
    const Answer answer = ask(traced(10));
    EXPECT_TRUE(answer.users.known);
    EXPECT_EQ(answer.users.seen, 40);
    EXPECT_EQ(answer.users.affected, 10);
    EXPECT_EQ(answer.users.counted_by, "enduser.id");
    EXPECT_THAT(answer.users.statement, HasSubstr("10 of the 40 users that traces name (25.0 %)"));
    EXPECT_THAT(answer.users.statement, HasSubstr("usual: 0.0 %"));
    EXPECT_THAT(answer.unproven(), IsEmpty());
}

TEST(UserShare, who_failed_twice_counts_once) {
    model::Signals signals = traced(1);
    for (int i = 0; i < 5; ++i)
        request(signals, "again" + std::to_string(i), kStart + 5 * kMinute, kSecond / 10, "u0",
                true);
    const Answer answer = ask(signals);
    EXPECT_EQ(answer.users.seen, 40);
    EXPECT_EQ(answer.users.affected, 1);
}

TEST(UserShare, far_too_slow_is_felt_and_a_little_slow_is_not) {
    model::Signals signals = traced(0);
    request(signals, "slow", kStart + 3 * kMinute, kSecond, "u3", false);
    request(signals, "slower", kStart + 3 * kMinute, kSecond / 6, "u4", false);
    const Answer answer = ask(signals);
    EXPECT_EQ(answer.users.affected, 1);
    EXPECT_THAT(answer.users.statement, HasSubstr("failed or was far too slow"));
}

TEST(UserShare, what_fails_elsewhere_is_another_matter) {
    model::Signals signals = traced(10, "elsewhere");
    request(signals, "here", kStart + 3 * kMinute, kSecond / 10, "u1", true, "shop");
    EXPECT_EQ(ask(signals).users.affected, 1);
    EXPECT_EQ(ask(signals, {}, question({"nobody-knows-this"})).users.affected, 10)
        << "places that no span speaks of narrow nothing down";
}

TEST(UserShare, what_failed_before_the_trouble_does_not_count) {
    model::Signals signals = traced(0);
    request(signals, "early", kStart + 30 * kSecond, kSecond / 10, "u5", true);
    EXPECT_EQ(ask(signals).users.affected, 0);
    EXPECT_THAT(ask(signals).users.statement, HasSubstr("None of the 40 users"));
}

TEST(UserShare, nobody_named_is_said_and_not_guessed) {
    model::Signals signals = traced(10);
    for (model::Span& span : signals.spans) span.attributes.erase("enduser.id");
    const Answer answer = ask(signals);
    EXPECT_FALSE(answer.users.known);
    EXPECT_THAT(answer.users.statement, HasSubstr("cannot be told: no collected trace or log"));
    EXPECT_THAT(ask({}).users.statement, HasSubstr("neither traces nor logs were seen"));
}

TEST(UserShare, names_of_users_are_nowhere_in_the_answer) {
    model::Signals signals;
    for (int i = 0; i < 30; ++i)
        request(signals, "t" + std::to_string(i), kStart + 2 * kMinute, kSecond, "ana@example.org",
                true);
    const Answer answer = ask(signals);
    EXPECT_EQ(answer.users.seen, 1);
    for (const model::Evidence& evidence : answer.book.all())
        EXPECT_THAT(base::dump_json(evidence.content), testing::Not(HasSubstr("ana")));
    EXPECT_THAT(answer.users.statement, testing::Not(HasSubstr("ana")));
}

Tally logged(int users, int failing, bool names_the_fine) {
    Tally tally;
    for (const Phase phase : {Phase::Before, Phase::Now})
        for (int i = 0; i < users; ++i) {
            const bool fails = phase == Phase::Now && i < failing;
            if (!fails && !names_the_fine) continue;
            const std::string user = "u" + std::to_string(i);
            const std::array<std::pair<std::string_view, std::string_view>, 2> attributes{
                {{"service.name", "shop"}, {"session.id", user}}};
            model::LogView record;
            record.severity = fails ? 17 : 9;
            record.attributes = attributes;
            count(record, phase, tally);
        }
    return tally;
}

TEST(UserShare, logs_count_where_traces_name_nobody) {
    const Answer answer = ask({}, logged(200, 30, true));
    EXPECT_TRUE(answer.users.known);
    EXPECT_THAT(
        answer.users.statement,
        HasSubstr("30 of the 200 sessions that logs name (15.0 %) had a request that failed"));
    EXPECT_THAT(answer.unproven(), IsEmpty());
}

TEST(UserShare, logs_that_name_only_the_unlucky_give_a_number_and_no_share) {
    const Answer answer = ask({}, logged(200, 30, false));
    EXPECT_FALSE(answer.users.known);
    EXPECT_THAT(answer.users.statement,
                HasSubstr("At least 30 sessions had a request that failed"));
    EXPECT_THAT(answer.users.statement, HasSubstr("cannot be told"));
    EXPECT_THAT(answer.unproven(), IsEmpty());
}

TEST(UserShare, logs_of_all_users_beat_a_sample_of_traces) {
    EXPECT_EQ(ask(traced(10), logged(500, 50, true)).users.counted_by, "session.id");
    EXPECT_EQ(ask(traced(10), logged(60, 50, true)).users.counted_by, "enduser.id");
}

TEST(UserShare, a_failed_answer_counts_by_its_status) {
    Tally tally;
    const std::array<std::pair<std::string_view, std::string_view>, 2> attributes{
        {{"http.response.status_code", "503"}, {"client.address", "203.0.113.9"}}};
    model::LogView record;
    record.severity = 9;
    record.attributes = attributes;
    count(record, Phase::Now, tally);
    EXPECT_EQ(tally.part(Phase::Now, *attribute_of("client.address")).affected.count(), 1);
}

}  // namespace
}  // namespace insight::analysis::users
