#include "agent/report/text.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/report/layout.h"
#include "tests/unit/report/fixture.h"

namespace insight::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string first_screen(const std::string& text, std::size_t rows) {
    std::string out;
    const auto lines = lines_of(text);
    for (std::size_t i = 0; i < rows && i < lines.size(); ++i) out += lines[i] + "\n";
    return out;
}

class TextReport : public testing::TestWithParam<const char*> {};

TEST_P(TextReport, matches_its_golden) {
    expect_golden(std::string(GetParam()) + ".txt", to_text(load_report(GetParam()), {}));
}

TEST_P(TextReport, keeps_to_the_width_of_the_terminal) {
    for (const int width : {40, 80, 100, 160})
        for (const std::string& line :
             lines_of(to_text(load_report(GetParam()), {.colour = false, .width = width})))
            if (line.find("$ ") == std::string::npos) {
                EXPECT_LE(display_width(line), width) << line;
            }
}

TEST_P(TextReport, colour_adds_nothing_but_escapes) {
    const std::string plain = to_text(load_report(GetParam()), {});
    std::string colour = to_text(load_report(GetParam()), {.colour = true, .width = 100});
    EXPECT_NE(colour, plain);
    std::string stripped;
    for (std::size_t at = 0; at < colour.size(); ++at) {
        if (colour[at] == '\x1b')
            at = colour.find('m', at);
        else
            stripped += colour[at];
    }
    EXPECT_EQ(stripped, plain);
}

INSTANTIATE_TEST_SUITE_P(Reports, TextReport, testing::ValuesIn(kReports));

TEST(Text, first_screen_carries_the_answer) {
    const std::string screen = first_screen(to_text(load_report("lock_contention"), {}), 40);
    for (const char* part :
         {"CAUSE FOUND", "91 % sure", "critical, act now", "Session 4242", "public.orders",
          "\u25b2 21:29:40 onset", "21:29:12 Deploy orders-migrations v318", "Less likely",
          "Wrong if", "pg_terminate_backend(4242)", "[E3,E5,E2,E4]"})
        EXPECT_THAT(screen, HasSubstr(part));
}

TEST(Text, says_plainly_that_nothing_is_wrong) {
    const std::string text = to_text(load_report("nothing_wrong"), {});
    EXPECT_THAT(text, HasSubstr("NOTHING IS WRONG   86 % sure\n"));
    EXPECT_THAT(text, HasSubstr("Coverage: all 3 requests were answered"));
}

TEST(Text, asks_for_what_is_missing_before_it_guesses) {
    const std::string text = to_text(load_report("not_enough_evidence"), {});
    EXPECT_LT(text.find("Collect next"), text.find("Possibly"));
    EXPECT_THAT(text, HasSubstr("postgres/payments: failed; connection to payments-db:5432"));
}

TEST(Text, collected_text_brings_no_escapes_to_the_terminal) {
    const std::string evil =
        "\x1b]0;owned\x07\x1b[2J\xc2\x9b"
        "31m\xe2\x80\xaehidden\r\b";
    for (const char* name : kReports) {
        const std::string text = to_text(poisoned(load_report(name), evil, true), {});
        for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
        EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b")));
        EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
    }
}

TEST(Text, renders_reports_of_any_age_and_shape) {
    for (const char* name : kReports) {
        const base::Json report = load_report(name);
        for (auto it = report.begin(); it != report.end(); ++it) {
            base::Json older = report;
            older.erase(it.key());
            EXPECT_FALSE(to_text(older, {}).empty()) << it.key();
            for (const base::Json& odd :
                 {base::Json(5), base::Json("x"), base::Json(nullptr),
                  base::Json::parse(R"([[1],{"a":[]},null,"x"])"),
                  base::Json::parse(R"({"E1":5,"":{},"x":{"content":[]}})")}) {
                older[it.key()] = odd;
                EXPECT_FALSE(to_text(older, {}).empty()) << it.key() << odd;
            }
        }
    }
    for (const char* odd : {"null", "[]", "{}", "5", R"("x")"})
        EXPECT_FALSE(to_text(base::Json::parse(odd), {}).empty()) << odd;
}

}  // namespace
}  // namespace insight::report
