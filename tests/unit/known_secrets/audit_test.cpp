// The audit chain never forgets: whatever door a text comes in by, it passes one border first.
#include <gtest/gtest.h>

#include "agent/known_secrets/audit_border.h"
#include "agent/tickets/book.h"
#include "core/store/audit.h"
#include "core/store/snapshot.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::agent {
namespace {

using base::Json;
using tickets::test::report;

const std::string kPlantedIncident = "inc-0000000000000001";
const std::vector<std::string> kNothing;

// Every planted secret alone, as a text of at most `most` bytes each that has neither key nor form.
std::vector<std::string> bare_texts(std::size_t most) {
    std::vector<std::string> out{""};
    for (const planted::PlantedSecret& secret : planted::planted_secrets()) {
        const std::string words = "it tried " + secret.value + " then ";
        if (words.size() > most) continue;
        if (out.back().size() + words.size() > most) out.emplace_back();
        out.back() += words;
    }
    return out;
}

class AuditBorder : public testing::Test {
  protected:
    // An incident whose window has every secret somewhere with its key or form around it.
    void SetUp() override {
        store::Snapshot window;
        window.incident = planted::planted_incident();
        window.incident.id = kPlantedIncident;
        window.signals = planted::planted_signals();
        for (const planted::PlantedText& text : planted::planted_texts()) {
            model::LogRecord& record = window.signals.logs.emplace_back();
            record.time = 1'763'600'000'000'001'000;
            record.body = text.text;
        }
        // what no text of the corpus has: as a live tool answered it
        for (const planted::PlantedSecret& secret : planted::planted_secrets())
            window.exchanges.push_back({{"kind", "outside"}, {"password", secret.value}});
        model::Incident incident = window.incident;
        incident.opened_at = clock.now();
        ASSERT_TRUE(store->open(incident, true));
        const auto job = store->claim(clock.now() + 1, base::kMinute);
        ASSERT_TRUE(job && *job);
        ASSERT_TRUE(store->put_stage(**job, "snapshot", *store::pack_snapshot(window)));
        ASSERT_TRUE(store->finish(**job));
        base::RedactionRules rules;
        rules.private_addresses = true;  // the corpus plants some
        guard_audit(*store, rules, [] { return base::Secret("a key of this test"); });
    }

    std::vector<store::AuditEntry> entries() {
        auto all = store->audit().entries(0, 1000);
        EXPECT_TRUE(all) << all.error().text();
        return all.value_or(std::vector<store::AuditEntry>{});
    }
    // Everything that the chain holds by now; how many entries are of the action.
    std::string chain(std::string_view action, std::size_t& count) {
        std::string out;
        for (const store::AuditEntry& entry : entries()) {
            out += base::dump_json(store::to_json(entry)) + "\n";
            if (entry.action == action) ++count;
        }
        return out;
    }
    void expect_hidden(std::string_view action) {
        std::size_t count = 0;
        const std::string all = chain(action, count);
        EXPECT_GT(count, 0U) << action << " left no trace:\n" << all;
        EXPECT_EQ(planted::leaks(all), kNothing) << all;
        EXPECT_TRUE(store->audit().verify());
    }

    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    tickets::Book book{*store, clock};
};

TEST_F(AuditBorder, the_texts_of_this_test_are_secrets) {
    std::string all;
    for (const std::string& text : bare_texts(4000)) all += text;
    EXPECT_EQ(planted::leaks(all).size(), planted::planted_secrets().size());
}

TEST_F(AuditBorder, titles_and_findings_of_reports_are_hidden) {
    for (const std::string& text : bare_texts(900)) {
        Json one = report(kPlantedIncident);
        one["summary"] = text;
        one["causes"][0]["statement"] = text;
        one["causes"][0]["entity"]["name"] = text;
        one["incident"]["alert"]["labels"]["alertname"] = text;
        ASSERT_TRUE(book.record(one, "service"));
    }
    expect_hidden("ticket.opened");
    expect_hidden("ticket.finding");
}

TEST_F(AuditBorder, what_people_do_with_a_ticket_is_hidden) {
    const std::string id = book.record(report(kPlantedIncident), "service")->ticket->id;
    for (const std::string& text : bare_texts(180)) ASSERT_TRUE(book.comment(id, "ada", text));
    for (const std::string& text : bare_texts(120)) ASSERT_TRUE(book.assign(id, "ada", text));
    bool there = false;
    for (const std::string& text : bare_texts(900)) {
        there = !there;
        ASSERT_TRUE(book.transition(
            id, "ada", there ? tickets::State::Mitigated : tickets::State::Investigating, text));
        ASSERT_TRUE(book.link(id, "ada", {"issue", text, "https://example.test/" + text}));
        ASSERT_TRUE(book.open_prevention(*book.ticket(id), "ada", text));
    }
    for (const char* action :
         {"ticket.comment", "ticket.assigned", "ticket.state", "ticket.linked", "ticket.opened"})
        expect_hidden(action);
}

// The history keeps 200 bytes of a comment: the cut may go through a secret.
TEST_F(AuditBorder, what_was_cut_in_two_on_the_way_is_hidden) {
    const std::string id = book.record(report(kPlantedIncident), "service")->ticket->id;
    const std::string value = planted::planted_secret("stripe_key");
    for (std::size_t shown = 4; shown < value.size(); ++shown)
        ASSERT_TRUE(book.comment(id, "ada", std::string(196 - shown, '-') + " " + value + " used"));
    std::size_t count = 0;
    const std::string all = chain("ticket.comment", count);
    EXPECT_EQ(count, value.size() - 4);
    EXPECT_EQ(all.find(value.substr(0, 8)), std::string::npos) << all;
}

TEST_F(AuditBorder, what_trackers_tell_is_hidden) {
    const std::string id = book.record(report(kPlantedIncident), "service")->ticket->id;
    int number = 0;
    for (const std::string& text : bare_texts(120)) {
        tickets::Heard heard;
        heard.tracker = "jira";
        heard.status = text;
        heard.assignee = text;
        heard.gone = text;
        heard.comments = {{"jira:" + std::to_string(++number), 0, text, text}};
        ASSERT_TRUE(book.hear(id, heard));
    }
    for (const char* action :
         {"ticket.comment", "ticket.assigned", "ticket.state", "ticket.linked"})
        expect_hidden(action);
}

TEST_F(AuditBorder, who_did_it_is_told_by_name_and_a_secret_is_no_name) {
    store::AuditEntry entry;
    entry.action = "approval.given";
    entry.incident = kPlantedIncident;
    entry.detail = {{"by", "signed link"}};
    for (const char* actor : {"ada", "ada@example.test", "somebody at jira"}) {
        entry.actor = actor;
        EXPECT_EQ(store->audit().append(entry)->actor, actor);
    }
    entry.actor = "ada " + planted::planted_secret("env_password");
    EXPECT_EQ(planted::leaks(store->audit().append(entry)->actor), kNothing);
}

TEST_F(AuditBorder, a_value_has_the_token_that_it_has_at_the_other_doors) {
    base::RedactionRules rules;
    rules.private_addresses = true;
    base::Border other(rules, base::Secret("a key of this test"));
    const std::string value = planted::planted_secret("env_password");
    const std::string hidden = other.hide("DB_PASSWORD=" + value);
    const std::string token = hidden.substr(hidden.find('<'));
    const std::string id = book.record(report(kPlantedIncident), "service")->ticket->id;
    ASSERT_TRUE(book.comment(id, "ada", "it was " + value + " all the time"));
    EXPECT_NE(base::dump_json(entries().back().detail).find(token), std::string::npos)
        << base::dump_json(entries().back().detail) << " " << token;
}

TEST_F(AuditBorder, what_was_hidden_before_stays_as_it_is) {
    store::AuditEntry entry;
    entry.actor = "model";
    entry.action = "model.asked";
    entry.incident = kPlantedIncident;
    entry.detail = {{"prompt", std::string(64, 'a')},
                    {"turns", {{{"text", "password=<password:0123456789ab> at 10:00"}}}},
                    {"usage", {{"input", 1200}, {"output", 50}}}};
    EXPECT_EQ(store->audit().append(entry)->detail, entry.detail);
}

TEST(AuditChain, hides_what_has_a_form_or_a_key_although_nobody_guards_it) {
    const auto store = std::move(*store::open_store("sqlite:"));
    store::AuditEntry entry;
    entry.actor = "ada";
    entry.action = "ticket.comment";
    entry.detail = {{"first", planted::planted_json()}, {"then", Json::array()}};
    for (const planted::PlantedText& text : planted::planted_texts())
        entry.detail["then"].push_back(text.text);
    ASSERT_TRUE(store->audit().append(entry));
    std::string all;
    const auto kept = store->audit().entries(0, 1000);
    ASSERT_TRUE(kept);
    for (const store::AuditEntry& one : *kept) all += base::dump_json(one.detail);
    const std::vector<std::string> asked_for{"other_private_address", "private_address"};
    for (const std::string& leaked : planted::leaks(all))
        EXPECT_NE(std::find(asked_for.begin(), asked_for.end(), leaked), asked_for.end()) << leaked;
}

}  // namespace
}  // namespace insight::agent
