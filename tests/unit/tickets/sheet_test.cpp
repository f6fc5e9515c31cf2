#include "agent/tickets/sheet.h"

#include <gmock/gmock.h>

#include "agent/tickets/adf.h"

namespace insight::tickets {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;
using Kind = Block::Kind;

Ticket sample() {
    Ticket ticket;
    ticket.id = "tkt-1";
    ticket.kind = "incident";
    ticket.title = "Slow: database orders-db";
    ticket.severity = "warning";
    ticket.finding.verdict = "cause";
    ticket.finding.confidence = 0.9;
    ticket.finding.summary = "orders-db is slow; see postgres://app:hunter2pass@orders-db/";
    ticket.finding.causes = {{"database", "orders-db", "config", "missing_index"}};
    ticket.finding.services = {"cart", "checkout"};
    ticket.links = {{"incident", "inc-1", ""}, {"pull_request", "acme/shop#7", "https://g/7"}};
    ticket.revision = 1;
    return ticket;
}

TEST(Sheet, tells_what_was_found_and_hides_secrets) {
    base::Border border({}, base::Secret("key"));
    const Sheet sheet = sheet_of(sample(), "https://insight.example.org", border);
    EXPECT_EQ(sheet.title, "[warning] Slow: database orders-db");
    const std::string text = plain(sheet.body);
    EXPECT_THAT(text, HasSubstr("- Verdict: cause, confidence 90 %"));
    EXPECT_THAT(text, HasSubstr("- Cause: database orders-db (missing_index)"));
    EXPECT_THAT(text, HasSubstr("- Affected: cart, checkout"));
    EXPECT_THAT(text, HasSubstr("- Pull request: acme/shop#7: https://g/7"));
    EXPECT_THAT(text, HasSubstr("https://insight.example.org/incidents/inc-1"));
    EXPECT_THAT(text, Not(HasSubstr("hunter2pass")));
    EXPECT_THAT(plain(sheet_of(sample(), "", border).body), Not(HasSubstr("/incidents/")));
}

TEST(Sheet, has_the_same_digest_while_nothing_shown_changes) {
    base::Border border({}, base::Secret("key"));
    Ticket ticket = sample();
    const std::string before = digest_of(sheet_of(ticket, "", border));
    ticket.revision = 9;
    ticket.links.push_back({"issue", "jira:OPS-1", "https://j"});
    EXPECT_EQ(digest_of(sheet_of(ticket, "", border)), before);
    ticket.state = State::Mitigated;
    EXPECT_NE(digest_of(sheet_of(ticket, "", border)), before);
}

TEST(News, are_what_happened_since_and_whole_comments) {
    base::Border border({}, base::Secret("key"));
    Ticket ticket = sample();
    const std::string words(400, 'w');
    ticket.comments.push_back({"c1", 5, "anna", words});
    note(ticket, 5, "comment", "anna", words.substr(0, 100));
    note(ticket, 6, "linked", "service", "Linked to something.");
    ticket.revision = 2;
    note(ticket, 7, "finding", "service", "The cause is another.");
    EXPECT_EQ(news_of(ticket, 2, border).size(), 1U);
    const Blocks all = news_of(ticket, 1, border);
    ASSERT_EQ(all.size(), 2U) << "links are no news";
    EXPECT_EQ(all[0].text, "anna: " + words);
}

TEST(Markdown, lets_values_be_nothing_but_text) {
    const std::string text =
        markdown({{Kind::Text, "<script> [x](y) *b* `c` @everyone #1 GH-2\nnext", ""},
                  {Kind::Item, "one", ""},
                  {Kind::Item, "two", "https://x"}});
    EXPECT_EQ(text,
              "\\<script\\> \\[x\\](y) \\*b\\* \\`c\\` @\u200b"
              "everyone \\#\u200b"
              "1 GH\u200b-2 next\n\n- one\n"
              "- [two](<https://x>)");
    EXPECT_EQ(wiki({{Kind::Text, "{code}x{code} [~anna]", ""}}),
              "\\{code\\}x\\{code\\} \\[\\~anna\\]");
}

TEST(Adf, has_paragraphs_lists_and_links_and_no_empty_text) {
    const Json document = adf({{Kind::Heading, "H", ""},
                               {Kind::Text, "", ""},
                               {Kind::Item, "a", ""},
                               {Kind::Item, "b", "https://x"}});
    EXPECT_EQ(document["type"], "doc");
    ASSERT_EQ(document["content"].size(), 3U);
    EXPECT_EQ(document["content"][0]["attrs"]["level"], 2);
    EXPECT_TRUE(document["content"][1]["content"].empty());
    const Json& list = document["content"][2];
    EXPECT_EQ(list["type"], "bulletList");
    ASSERT_EQ(list["content"].size(), 2U);
    EXPECT_EQ(list["content"][1]["content"][0]["content"][0]["marks"][0]["attrs"]["href"],
              "https://x");
    EXPECT_EQ(adf({})["content"].size(), 1U) << "an empty document is not allowed";
}

}  // namespace
}  // namespace insight::tickets
