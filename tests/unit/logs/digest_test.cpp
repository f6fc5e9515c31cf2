#include <gmock/gmock.h>

#include "analysis/logs/stack_trace.h"
#include "tests/unit/logs/records.h"

namespace insight::analysis::logs {
namespace {

using test::kMinute;
using test::kSecond;
using test::kStart;
using test::window;

const EntityLogs* entity(const LogSummary& summary, const std::string& name) {
    for (const EntityLogs& logs : summary.entities)
        if (logs.entity.name == name) return &logs;
    return nullptr;
}

TEST(StackTrace, depth_and_line_numbers_do_not_tell_traces_apart) {
    std::string a, b;
    flatten(
        "order failed\njava.lang.IllegalStateException: no stock 4\n\tat "
        "shop.Cart.add(Cart.java:10)\n"
        "\tat java.util.List.forEach(List.java:1)\n\tat shop.Main.run(Main.java:5)\n",
        a);
    flatten(
        "order failed\njava.lang.IllegalStateException: no stock 9\n\tat "
        "shop.Cart.add(Cart.java:11)\n"
        "\tat org.springframework.x.Y.z(Y.java:1)\n\tat shop.Main.run(Main.java:7)\n"
        "\tat java.lang.Thread.run(Thread.java:829)\n",
        b);
    TemplateMiner miner;
    EXPECT_EQ(miner.add(a), miner.add(b));
    EXPECT_EQ(a,
              "order failed java.lang.IllegalStateException: no stock 4 at shop.Cart.add at "
              "shop.Main.run");
}

TEST(StackTrace, the_deepest_cause_is_part_of_the_template) {
    std::string out;
    flatten(
        "A: x\n\tat a.B.c(B.java:1)\nCaused by: D: y\n\t... 3 more\nCaused by: E: z\n\tat "
        "a.F.g(F.java:2)\n",
        out);
    EXPECT_THAT(out, testing::HasSubstr("Caused by: E: z"));
    EXPECT_THAT(out, testing::Not(testing::HasSubstr("D: y")));
}

TEST(StackTrace, python_names_its_exception_last) {
    std::string out;
    flatten(
        "Traceback (most recent call last):\n  File \"/srv/shop/cart.py\", line 3, in add\n    "
        "take(1)\n"
        "KeyError: 'sku'\n",
        out);
    EXPECT_THAT(out, testing::HasSubstr("KeyError: 'sku'"));
    EXPECT_THAT(out, testing::HasSubstr("in add"));
}

TEST(LogDigest, a_machine_speaks_where_no_service_does) {
    test::Logbook book;
    book.write("cart", kStart, 9, "sold 3 items");
    book.records.back().attributes["k8s.node.name"] = "box-1";
    for (const char* key : {"k8s.node.name", "host.name", "node"}) {
        book.write("", kStart, 17, "out of memory");
        book.records.back().attributes = {{key, "box-1"}, {"zone", "a"}};
    }
    const LogSummary summary = digest_of(book.records, window(), {}).summary();
    ASSERT_EQ(summary.entities.size(), 2U);
    ASSERT_NE(entity(summary, "box-1"), nullptr);
    EXPECT_EQ(entity(summary, "box-1")->entity.kind, "node");
    EXPECT_EQ(entity(summary, "cart")->entity.kind, "service");
}

TEST(LogDigest, counts_by_entity_template_bucket_and_severity) {
    test::Logbook book;
    book.write("cart", kStart - kMinute, 9, "sold 3 items");
    book.write("cart", kStart + kMinute, 9, "sold 4 items");
    book.write("cart", kStart + 2 * kMinute, 17, "no stock");
    book.write("mail", kStart, 9, "sold 4 items");
    book.write("mail", kStart - 90 * kMinute, 9, "too old");
    const LogSummary summary = digest_of(book.records, window(), {}).summary();
    EXPECT_EQ(summary.lines, 5U);
    EXPECT_EQ(summary.outside, 1U);
    const EntityLogs* cart = entity(summary, "cart");
    ASSERT_NE(cart, nullptr);
    EXPECT_EQ(cart->baseline, 1U);
    EXPECT_EQ(cart->window, 2U);
    ASSERT_EQ(cart->templates.size(), 2U);
    EXPECT_EQ(summary.templates[cart->templates[0].text].text, "sold <*> items");
    EXPECT_EQ(cart->templates[0].window_lines.front().body, "sold 4 items");
    EXPECT_EQ(cart->templates[0].baseline_lines.front().body, "sold 3 items");
    EXPECT_EQ(cart->templates[1].ranks[Error], 1U);
    EXPECT_EQ(cart->templates[1].first_in_window, kStart + 2 * kMinute);
    EXPECT_EQ(cart->templates[1].pod, "cart-7f9c-x2");
}

TEST(LogDigest, coverage_decides_how_many_seconds_were_seen) {
    const std::vector<model::CoverageRow> coverage{
        {"logs",
         true,
         model::Outcome::Answered,
         1,
         {{kStart - kMinute, kStart + kMinute}, {kStart + 2 * kMinute, kStart + 3 * kMinute}},
         "",
         ""},
        {"metrics", true, model::Outcome::Answered, 1, {{0, kStart * 2}}, "", ""}};
    const LogSummary summary = LogDigest(window(), log_coverage(coverage)).summary();
    EXPECT_DOUBLE_EQ(summary.baseline_seconds, 60);
    EXPECT_DOUBLE_EQ(summary.window_seconds, 120);
}

TEST(LogDigest, halves_merged_in_any_order_say_what_the_whole_says) {
    test::Logbook book;
    for (int i = 0; i < 3000; ++i)
        book.write("svc" + std::to_string(i % 5), kStart + (i - 2000) * kSecond,
                   i % 11 == 0 ? 17 : 9,
                   "step" + std::to_string(i % 3) + " of " + std::to_string(i) +
                       " kind=" + std::string(1, char('a' + i % 9)),
                   "trace" + std::to_string(i / 4));
    const auto digest = [&](std::size_t from, std::size_t to) {
        return digest_of({book.records.begin() + static_cast<std::ptrdiff_t>(from),
                          book.records.begin() + static_cast<std::ptrdiff_t>(to)},
                         window(), {});
    };
    LogDigest whole = digest(0, 3000);
    LogDigest back = digest(1100, 3000);
    back.merge(digest(0, 1100));
    const LogSummary a = whole.summary(), b = back.summary();
    ASSERT_EQ(a.templates.size(), b.templates.size());
    for (std::size_t i = 0; i < a.templates.size(); ++i)
        EXPECT_EQ(a.templates[i].text, b.templates[i].text);
    ASSERT_EQ(a.entities.size(), b.entities.size());
    for (std::size_t e = 0; e < a.entities.size(); ++e) {
        EXPECT_EQ(a.entities[e].buckets, b.entities[e].buckets);
        EXPECT_DOUBLE_EQ(a.entities[e].window_traces, b.entities[e].window_traces);
        ASSERT_EQ(a.entities[e].templates.size(), b.entities[e].templates.size());
        for (std::size_t t = 0; t < a.entities[e].templates.size(); ++t) {
            const TemplateCount& x = a.entities[e].templates[t];
            const TemplateCount& y = b.entities[e].templates[t];
            EXPECT_EQ(x.text, y.text);
            EXPECT_EQ(x.window, y.window);
            EXPECT_EQ(x.ranks, y.ranks);
            EXPECT_EQ(x.first_in_window, y.first_in_window);
            ASSERT_EQ(x.window_lines.size(), y.window_lines.size());
            for (std::size_t l = 0; l < x.window_lines.size(); ++l)
                EXPECT_EQ(x.window_lines[l].body, y.window_lines[l].body);
        }
    }
    ASSERT_EQ(a.requests[1].size(), b.requests[1].size());
    for (std::size_t r = 0; r < a.requests[1].size(); ++r)
        EXPECT_EQ(a.requests[1][r].steps.size(), b.requests[1][r].steps.size());
}

TEST(LogDigest, what_its_limits_leave_out_is_counted) {
    DigestLimits limits;
    limits.sources = 3;
    limits.cells = 4;
    LogDigest digest(window(), {}, limits);
    for (int i = 0; i < 100; ++i) {
        const std::string service = "svc" + std::to_string(i % 10);
        const std::vector<std::pair<std::string_view, std::string_view>> attributes{
            {"service.name", service}};
        const std::string body = i % 2 == 0 ? "even" : "odd";
        digest.observe({kStart + i, 9, "INFO", body, "", "", attributes});
    }
    const LogSummary summary = digest.summary();
    std::uint64_t told = 0;
    for (const EntityLogs& logs : summary.entities) told += logs.window;
    EXPECT_LE(summary.entities.size(), 3U);
    EXPECT_EQ(told + summary.dropped, 100U);
    EXPECT_GT(summary.dropped, 0U);
}

}  // namespace
}  // namespace insight::analysis::logs
