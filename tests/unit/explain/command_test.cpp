#include "analysis/command.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>

#include "core/base/json.h"

namespace insight::analysis::command {
namespace {

using testing::ElementsAre;

// What a shell makes of a command line: each word on its own line. Nothing but `printf` runs.
std::vector<std::string> words(const std::string& line) {
    const std::string program = "printf '%s\\0' " + line;
    std::FILE* pipe = popen(program.c_str(), "r");
    std::string bytes;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        bytes.append(buffer.data(), got);
    EXPECT_EQ(pclose(pipe), 0) << line;
    std::vector<std::string> out;
    for (std::size_t from = 0; from < bytes.size();) {
        const std::size_t end = bytes.find('\0', from);
        out.push_back(bytes.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

const std::vector<std::string>& hostile() {
    static const std::vector<std::string> kNames{
        "shop",  "two words", "it's",       "$(touch /tmp/x)", "`id`",       "a;rm -rf /",
        "-rf",   "A=1",       "\"quoted\"", "back\\slash",     "it's $HOME", "tab\there",
        "~root", "*",         "a&&b",       "#comment",        "!!",         "it's a \"mix\"",
        "'",     "",          "new'\"$`\\"};
    return kNames;
}

TEST(Command, every_name_is_one_word_and_stays_itself) {
    for (const std::string& name : hostile()) {
        std::string shown = name;
        std::replace(shown.begin(), shown.end(), '\t', ' ');
        EXPECT_THAT(words(word(name)), ElementsAre(shown)) << word(name);
    }
}

TEST(Command, a_name_with_lines_stays_on_one) {
    EXPECT_EQ(word("a\nrm -rf /\r\nb"), "'a rm -rf / b'");
    EXPECT_EQ(word("pl\x1b[31main"), "'pl[31main'");
}

TEST(Command, a_quantity_made_of_a_histogram_is_computed_from_what_prometheus_has) {
    model::Signals signals;
    const auto made = [&](const char* key, const char* value) {
        return of_histogram(signals, "x_seconds", {{"job", "web"}, {key, value}}, selector)
            .value_or("none");
    };
    EXPECT_EQ(made("quantile", "0.95"), "none") << "a summary";
    signals.coverage.emplace_back().query = "{__name__=~\"x_seconds_bucket|x_seconds_sum\"}";
    EXPECT_EQ(made("quantile", "0.95"), "none") << "asked for, but there was none";
    signals.coverage.back().query =
        "histogram_quantile(0.95, rate({__name__=\"x_seconds_bucket\"}[60s]))";
    EXPECT_EQ(made("quantile", "0.95"),
              "histogram_quantile(0.95, rate(x_seconds_bucket{job=\"web\"}[5m]))");
    signals.coverage.clear();
    for (const char* part : {"x_seconds_bucket", "x_seconds_sum", "x_seconds_count"})
        signals.metrics.emplace_back().name = part;
    EXPECT_EQ(made("quantile", "0.95"),
              "histogram_quantile(0.95, rate(x_seconds_bucket{job=\"web\"}[5m]))");
    EXPECT_EQ(made("statistic", "avg"),
              "rate(x_seconds_sum{job=\"web\"}[5m]) / "
              "rate(x_seconds_count{job=\"web\"}[5m])");
    EXPECT_EQ(made("statistic", "max"), "none");
    EXPECT_EQ(made("quantile", "0.99"), "none");
}

TEST(Command, plain_words_stay_bare) {
    EXPECT_EQ(word("checkout-7f.v2"), "checkout-7f.v2");
    EXPECT_EQ(word("SELECT 'a'"), "\"SELECT 'a'\"");
    EXPECT_EQ(psql("SELECT 1"), "psql -c 'SELECT 1'");
    EXPECT_EQ(cypher("SHOW INDEXES", "neo4j"), "cypher-shell -d neo4j 'SHOW INDEXES'");
}

TEST(Command, texts_inside_queries_cannot_end_them) {
    EXPECT_EQ(sql_text("o'brien'; DROP TABLE x; --"), "'o''brien''; DROP TABLE x; --'");
    EXPECT_EQ(sql_name("we\"ird"), "\"we\"\"ird\"");
    EXPECT_EQ(cypher_text("a'b\\c"), "'a\\'b\\\\c'");
    EXPECT_EQ(cypher_name("a`b"), "`a``b`");
    EXPECT_EQ(json_text("say \"hi\""), "\"say \\\"hi\\\"\"");
    EXPECT_EQ(url_segment("a/b?c=d&e"), "a%2Fb%3Fc%3Dd%26e");
    for (const std::string& name : hostile()) {
        const std::string statement = "SELECT " + sql_text(name);
        EXPECT_THAT(words(psql(statement)), ElementsAre("psql", "-c", testing::_)) << name;
        EXPECT_THAT(words(elasticsearch("/" + url_segment(name))),
                    ElementsAre("curl", "-sS", "/" + url_segment(name)));
    }
}

TEST(Command, a_series_is_selected_by_name_and_labels) {
    EXPECT_EQ(selector("up", {}), "up");
    EXPECT_EQ(selector("up", {{"job", "a\"b"}}), "up{job=\"a\\\"b\"}");
    EXPECT_EQ(selector("container.cpu.usage", {{"pod", "x"}, {"k8s.pod.name", "x"}}),
              "{__name__=\"container.cpu.usage\",pod=\"x\"}");
    const std::string line = promql("up{job=\"it's\"}", {60 * base::kSecond, 4860 * base::kSecond});
    EXPECT_THAT(words(line), ElementsAre("promtool", "query", "range", "--start=60", "--end=4860",
                                         "--step=20s", "", "up{job=\"it's\"}"));
}

}  // namespace
}  // namespace insight::analysis::command
