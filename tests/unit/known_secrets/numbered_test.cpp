// What a report shows of secrets in a window that was recorded elsewhere.
#include "agent/known_secrets/numbered.h"

#include <gmock/gmock.h>

#include <set>

#include "core/base/crypto.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"

namespace insight::agent {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

Json report_of(Json texts) {
    Json out{{"summary", "checkout tried hunter2-In-the-Dark in vain"},
             {"evidence", Json::object()}};
    std::size_t number = 0;
    for (Json& text : texts) {
        Json content{{"kind", "logs"}, {"lines", {{{"body", std::move(text)}}}}};
        const std::string digest = base::sha256_hex(base::dump_json(content));
        out["evidence"]["E" + std::to_string(++number)] = {{"content", std::move(content)},
                                                           {"digest", digest}};
    }
    return out;
}

std::string body(const Json& report, const char* id) {
    return report["evidence"][id]["content"]["lines"][0]["body"];
}

TEST(Numbered, one_value_has_one_number_whatever_stands_around_it) {
    const Json report = report_of({"password=hunter2-In-the-Dark", "db said password=other-Val-77",
                                   "postgres://app:hunter2-In-the-Dark@db/orders"});
    const Json shown = Numbered(report).report();
    EXPECT_EQ(body(shown, "E1"), "password=<password:1>");
    EXPECT_EQ(body(shown, "E2"), "db said password=<password:2>");
    EXPECT_EQ(body(shown, "E3"), "postgres://app:<password:1>@db/orders");
    EXPECT_EQ(shown["summary"], "checkout tried <password:1> in vain");
}

TEST(Numbered, a_number_says_nothing_of_its_value) {
    // The same report with another short password: the same bytes, so that there is nothing to try.
    const Json one = Numbered(report_of({"password=1234", "password=9999"})).report();
    const Json two = Numbered(report_of({"password=5678", "password=4711"})).report();
    EXPECT_EQ(base::dump_json(one), base::dump_json(two));
}

TEST(Numbered, digests_are_those_of_what_is_shown) {
    const Json report = report_of({"password=hunter2-In-the-Dark", "all is well"});
    const Json shown = Numbered(report).report();
    for (const auto& [id, evidence] : shown["evidence"].items())
        EXPECT_EQ(evidence["digest"], base::sha256_hex(base::dump_json(evidence["content"]))) << id;
    EXPECT_EQ(shown["evidence"]["E2"], report["evidence"]["E2"]);
}

TEST(Numbered, what_this_product_collected_is_unchanged) {
    const Json report = report_of({"password=<password:0123456789ab> of ann@example.com",
                                   "card 4111 1111 1111 1111, 41 lines in 812 ms"});
    Json quiet = report;
    quiet["summary"] = "nothing of note";
    EXPECT_EQ(Numbered(quiet).report(), quiet);
}

TEST(Numbered, more_words_about_it_have_the_same_numbers) {
    Numbered numbered(report_of({"password=hunter2-In-the-Dark"}));
    EXPECT_EQ(numbered.text("it was hunter2-In-the-Dark, then password=other-Val-77"),
              "it was <password:1>, then password=<password:2>");
}

TEST(Numbered, no_planted_credential_is_shown) {
    const Json report{{"evidence", {{"E1", {{"content", planted::planted_json()}}}}}};
    const std::string shown = base::dump_json(Numbered(report).report());
    // what doors hide and readers may know
    const std::set<std::string> personal{"email",
                                         "other_email",
                                         "card",
                                         "plain_card",
                                         "amex",
                                         "iban",
                                         "plain_iban",
                                         "private_address",
                                         "other_private_address"};
    for (const std::string& name : planted::leaks(shown))
        EXPECT_TRUE(personal.contains(name)) << name;
    EXPECT_EQ(shown, base::dump_json(Numbered(report).report())) << "the same bytes again";
    EXPECT_THAT(shown, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace insight::agent
