#include "core/base/redaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <regex>

#include "core/base/crypto.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"

namespace insight::base {
namespace {

using planted::leaks;
using planted::planted_json;
using planted::planted_secret;
using planted::planted_secrets;
using planted::planted_texts;

constexpr std::string_view kKey = "a key of this test";

RedactionRules with_addresses() {
    RedactionRules rules;
    rules.private_addresses = true;
    return rules;
}

Border border() {
    return {with_addresses(), Secret(std::string(kKey))};
}

// What the token of a value must be, told by the definition: HMAC-SHA-256 of the value itself.
std::string expected_token(const planted::Slot& slot) {
    return "<*:" + hex(hmac_sha256(kKey, planted_secret(slot.name))).substr(0, 12) + ">";
}

std::string without_kinds(const std::string& text) {
    static const std::regex kToken("<[a-z_]+:([0-9a-f]{12})>");
    return std::regex_replace(text, kToken, "<*:$1>");
}

TEST(PlantedSecrets, the_corpus_has_every_secret_in_its_signals_or_texts) {
    std::string all = dump_json(planted_json());
    for (const auto& text : planted_texts()) all += text.text + "\n";
    EXPECT_EQ(leaks(all).size(), planted_secrets().size());
    EXPECT_GE(planted_secrets().size(), 35U);
}

TEST(Border, no_planted_secret_leaves_in_any_kind_of_signal_and_nothing_else_is_touched) {
    Border out = border();
    const Json signals = planted_json();
    const Json wanted = planted_json(expected_token);
    // twice: what stands bare is known once it was seen with its key
    for (const auto& [kind, list] : signals.items()) (void)out.hide(list);
    for (const auto& [kind, list] : signals.items())
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string text = dump_json(out.hide(list[i]));
            EXPECT_EQ(leaks(text), std::vector<std::string>{}) << kind << " " << i << ": " << text;
            EXPECT_EQ(Json::parse(without_kinds(text)), wanted[kind][i]) << kind << " " << i;
        }
}

TEST(Border, no_planted_secret_leaves_in_signals_that_were_made_text_before) {
    Border out = border();
    const Json planted = planted_json();
    for (const auto& [kind, list] : planted.items())
        for (const Json& signal : list) {
            const std::string dumped = dump_json(signal);
            const std::string in_text = out.hide(std::string_view(dumped));
            EXPECT_EQ(leaks(in_text), std::vector<std::string>{}) << kind << ": " << in_text;
            const std::string quoted =
                dump_json(Json(dumped));  // JSON in JSON, as a prompt sends it
            EXPECT_EQ(leaks(out.hide(std::string_view(quoted))), std::vector<std::string>{})
                << kind;
        }
}

TEST(Border, single_texts_keep_everything_but_their_secrets) {
    Border out = border();
    (void)out.hide(planted_json());
    const auto texts = planted_texts();
    const auto wanted = planted_texts(expected_token);
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_EQ(without_kinds(out.hide(texts[i].text)), wanted[i].text) << texts[i].what;
}

TEST(Border, what_only_looks_like_a_secret_stays) {
    Border out({}, Secret("k"));
    for (const std::string& line : planted::harmless_lines()) EXPECT_EQ(out.hide(line), line);
    EXPECT_EQ(out.hidden(), 0U);
}

TEST(Border, hiding_again_changes_nothing) {
    Border out = border();
    for (const auto& text : planted_texts()) {
        const std::string once = out.hide(text.text);
        EXPECT_EQ(out.hide(once), once) << text.what;
    }
    const Json once = out.hide(planted_json());
    EXPECT_EQ(Json::diff(once, out.hide(once)), Json::array());
}

TEST(Border, restore_gives_back_what_was_hidden) {
    Border out = border();
    for (const std::string text :
         {"redis://:hunter2-Pw@cache", "mail ada.fake@customer.example now",
          "a=b password='x y z' c=d"}) {
        const std::string hidden = out.hide(text);
        EXPECT_NE(hidden, text);
        EXPECT_EQ(out.restore(hidden), text);
    }
    const Json object{{"password", "x y z"}, {"list", {"ada.fake@customer.example"}}};
    EXPECT_EQ(out.restore(out.hide(object)), object);
}

TEST(Border, a_token_is_restored_by_its_digits_and_strangers_stay) {
    Border out = border();
    const std::string hidden = out.hide("password=hunter2-Pw");
    const std::string digits = hidden.substr(hidden.find(':') + 1, 12);
    EXPECT_EQ(out.restore("<secret:" + digits + ">"), "hunter2-Pw");
    EXPECT_EQ(out.restore("<password:0123456789ab>"), "<password:0123456789ab>");
    EXPECT_EQ(Border({}, Secret("k")).restore(hidden), hidden);
}

TEST(Border, the_token_depends_on_key_and_value_only) {
    Border one({}, Secret("k1"));
    Border same({}, Secret("k1"));
    Border other({}, Secret("k2"));
    (void)same.hide("password=something-Else1");
    EXPECT_EQ(one.hide("password=hunter2-Pw"), same.hide("password=hunter2-Pw"));
    EXPECT_NE(one.hide("password=hunter2-Pw"), other.hide("password=hunter2-Pw"));
    // nobody knows the key of a border that was given none
    EXPECT_NE(Border({}, Secret()).hide("password=hunter2-Pw"),
              Border({}, Secret()).hide("password=hunter2-Pw"));
}

TEST(Border, a_value_once_seen_is_hidden_bare_also_earlier_in_the_same_text) {
    Border out = border();
    const std::string text = out.hide("tried Zx9-planted-1 first\npassword=Zx9-planted-1\n");
    EXPECT_EQ(text.find("Zx9-planted-1"), std::string::npos) << text;
    EXPECT_EQ(out.hidden(), 1U);
}

TEST(Border, an_ordinary_word_as_password_does_not_hide_the_word) {
    Border out = border();
    EXPECT_EQ(out.hide("postgres://postgres:postgres@db"),
              "postgres://postgres:" + out.hide("password=postgres").substr(9) + "@db");
    EXPECT_EQ(out.hide("postgres is slow"), "postgres is slow");
}

TEST(Border, a_credential_it_was_told_is_hidden_anywhere) {
    Border out({}, Secret("k"));
    out.learn(Secret("justletters"));
    EXPECT_EQ(out.hide("xxjustlettersyy").find("justletters"), std::string::npos);
    EXPECT_EQ(out.hide("anVzdGxldHRlcnM=").find("anVzdGxl"), std::string::npos);
}

TEST(Border, in_a_table_the_column_names_the_secret) {
    Border out = border();
    const Json table =
        Json::parse(R"({"columns": ["user", "requirepass"], "rows": [["app", "Tab1e-Secret"]]})");
    const std::string text = dump_json(out.hide(table));
    EXPECT_EQ(text.find("Tab1e-Secret"), std::string::npos) << text;
    EXPECT_NE(text.find("app"), std::string::npos);
    EXPECT_EQ(out.hide("x Tab1e-Secret y").find("Tab1e"), std::string::npos);
}

TEST(Border, overlapping_findings_become_one_token) {
    Border out = border();
    const std::string text = out.hide(
        "DATABASE_URL=postgres://u:AK"
        "IAIOSFODNN7EXAMPLE@h/d");
    EXPECT_EQ(std::count(text.begin(), text.end(), '<'), 1) << text;
    EXPECT_EQ(text.find("IOSFODNN7"), std::string::npos);
}

TEST(Border, names_of_the_organisation_hosts_and_paths_where_asked_for) {
    RedactionRules rules;
    rules.host_names = true;
    rules.paths = true;
    rules.words = {"Fabrikam", "Zebra"};
    Border out(rules, Secret("k"));
    const std::string text = out.hide(
        "Fabrikam runs orders.db.internal, reads /etc/orders/app.yaml; main.go Zebras 1.2.3");
    EXPECT_EQ(text.find("Fabrikam"), std::string::npos);
    EXPECT_EQ(text.find("internal"), std::string::npos);
    EXPECT_EQ(text.find("/etc"), std::string::npos);
    EXPECT_NE(text.find("main.go Zebras 1.2.3"), std::string::npos) << text;
    EXPECT_EQ(Border({}, Secret("k")).hide("orders.db.internal 10.0.0.1 /etc/x/y"),
              "orders.db.internal 10.0.0.1 /etc/x/y");
}

TEST(Border, card_numbers_need_an_issuer_and_their_check_digit) {
    Border out({}, Secret("k"));
    EXPECT_EQ(out.hide("4111111111111112"), "4111111111111112");
    EXPECT_EQ(out.hide("9111111111111111"), "9111111111111111");
    EXPECT_EQ(out.hide("x4111111111111111"), "x4111111111111111");
    EXPECT_TRUE(out.hide("pan 4111111111111111.").starts_with("pan <card:"));
    EXPECT_EQ(out.hide("DE88370400440532013000"), "DE88370400440532013000");
}

// Doubling the text may at most about double the time; quadratic behaviour would give a factor of
// four a step and sixteen over two.
TEST(Border, hostile_texts_take_linear_time) {
    const auto repeated = [](std::string_view piece, std::size_t bytes) {
        std::string out;
        while (out.size() < bytes) out += piece;
        return out;
    };
    const auto seconds = [](const std::string& text) {
        Border out = border();
        const std::clock_t start = std::clock();  // of this process: others do not count
        (void)out.hide(std::string_view(text));
        return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    };
    for (const std::string_view piece : {"a",
                                         "password=\"",
                                         "password='\\",
                                         "://a:",
                                         "-----BEGIN RSA PRIVATE KEY-----",
                                         "<a:",
                                         "@a.",
                                         "%25",
                                         "\\\\\\\"",
                                         "curl -u ",
                                         "eyJaaaaaaaa.",
                                         "eyJ",
                                         "redis-cli ",
                                         "AUTH redis-cli ",
                                         "1",
                                         "4 ",
                                         "DE89",
                                         "{\"password\":",
                                         "ghp_",
                                         "[\"--token\",",
                                         "Authorization: Bearer ",
                                         "password: |\n",
                                         "--token ",
                                         "Basic ",
                                         "name: PASSWORD "}) {
        const double small = seconds(repeated(piece, 80'000));
        const double large = seconds(repeated(piece, 640'000));
        EXPECT_LT(large, std::max(small, 0.002) * 32)
            << piece << " " << small << " s, " << large << " s";
    }
}

TEST(Border, broken_characters_and_nulls_hide_nothing) {
    Border out = border();
    const std::string text = std::string("\xff\xc3 password=hunter2-Pw\x00 tail \xed\xa0\x80", 33);
    EXPECT_EQ(out.hide(text).find("hunter2"), std::string::npos);
    EXPECT_EQ(out.restore(out.hide(text)), text);
}

}  // namespace
}  // namespace insight::base
