// Every door outwards of one incident whose recorded window has secrets in every kind of signal:
// what the window gives away as a secret is hidden where a report, a person or a model says it
// bare, whoever the text goes to.
#include <gtest/gtest.h>

#include "agent/fixes/words.h"
#include "agent/known_secrets/window_secrets.h"
#include "agent/notifications/sender.h"
#include "agent/notifications/webhook.h"
#include "agent/reasoning/ledger.h"
#include "agent/reasoning/partner.h"
#include "agent/tickets/sender.h"
#include "agent/tickets/webhook.h"
#include "evomap/redaction.h"
#include "tests/planted/corpus.h"
#include "tests/planted/leaks.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::agent {
namespace {

using base::Json;
using outreach::test::FakeTransport;

const std::string kIncident = "inc-0000000000000001";
const std::vector<std::string> kClean;

store::Snapshot planted_window() {
    store::Snapshot out;
    out.incident = planted::planted_incident();
    out.incident.id = kIncident;
    out.signals = planted::planted_signals();
    return out;
}

// Each secret of the window alone, in words that have neither a key nor a form around it.
std::string said_bare() {
    const std::string window = base::dump_json(planted::planted_json());
    std::string out;
    for (const planted::PlantedSecret& secret : planted::planted_secrets())
        if (window.find(secret.value) != std::string::npos)
            out += "it tried " + secret.value + " then ";
    return out;
}

Json planted_report() {
    Json out = tickets::test::report(kIncident);
    out["summary"] = said_bare();
    out["causes"][0]["statement"] = said_bare();
    out["recommendations"] = {{{"statement", said_bare()}, {"command", said_bare()}}};
    out["toCollect"] = {said_bare()};
    return out;
}

class Doors : public testing::Test {
  protected:
    void SetUp() override {
        const store::Snapshot window = planted_window();
        model::Incident incident = window.incident;
        incident.opened_at = clock.now();
        ASSERT_TRUE(store->open(incident, true));
        const auto job = store->claim(clock.now() + 1, base::kMinute);
        ASSERT_TRUE(job && *job);
        ASSERT_TRUE(store->put_stage(**job, "snapshot", *store::pack_snapshot(window)));
        ASSERT_TRUE(store->put_report(**job, base::dump_json(planted_report()), "cause", 0.9, "s"));
        ASSERT_TRUE(store->finish(**job));
        ticket = book.record(planted_report(), "service")->ticket->id;
        ASSERT_EQ(book.ticket(ticket)->first_link("incident"), kIncident);
        ASSERT_NE(planted::leaks(said_bare()), kClean) << "or nothing would be proven";
    }

    outreach::Party party() { return {"somewhere", "https://example.test/hook", transport, clock}; }
    std::string sent() const {
        std::string out;
        for (const net::Request& request : transport.requests) {
            out += request.url + "\n" + request.body + "\n";
            for (const auto& [name, value] : request.headers) out += value + "\n";
        }
        return out;
    }
    static base::Border border() {
        base::RedactionRules rules;
        rules.private_addresses = true;  // the corpus plants some
        return {rules, base::Secret("a key of this test")};
    }
    static base::Status note(const Json&) { return {}; }

    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    FakeTransport transport{[](const net::Request&) -> base::Result<net::Response> {
        return outreach::test::answer(200, R"({"key": "R-1"})");
    }};
    tickets::Book book{*store, clock};
    std::string ticket;
};

TEST_F(Doors, a_border_that_learned_nothing_lets_bare_secrets_pass) {
    EXPECT_NE(planted::leaks(border().hide(said_bare())), kClean);
}

TEST_F(Doors, trackers_get_no_secret) {
    std::vector<tickets::NamedTracker> trackers;
    trackers.push_back(
        {"hook", "info", std::make_unique<tickets::Webhook>(party(), tickets::WebhookSettings{})});
    tickets::TicketSender sender(*store, book, std::move(trackers), "", border());
    const Delivery delivery =
        sender.deliver(tickets::parcel_of("hook", *book.ticket(ticket)), note);
    EXPECT_EQ(delivery.outcome, Delivery::Outcome::Sent) << delivery.note;
    ASSERT_FALSE(transport.requests.empty());
    EXPECT_GT(sent().size(), 500U);
    EXPECT_EQ(planted::leaks(sent()), kClean) << sent();
}

TEST_F(Doors, people_get_no_secret) {
    std::vector<notifications::NamedChannel> channels(1);
    channels[0].name = "hook";
    channels[0].channel =
        std::make_unique<notifications::WebhookChannel>(party(), notifications::WebhookSettings{});
    notifications::NotificationSender sender(*store, book, clock, std::move(channels), "", border(),
                                             base::Secret("k"));
    const Delivery delivery = sender.deliver(
        notifications::parcel_of(sender.channels()[0], *book.ticket(ticket), clock.now()), note);
    EXPECT_EQ(delivery.outcome, Delivery::Outcome::Sent) << delivery.note;
    ASSERT_FALSE(transport.requests.empty());
    EXPECT_EQ(planted::leaks(sent()), kClean) << sent();
}

TEST_F(Doors, a_pull_request_says_no_secret) {
    base::Border own = border();
    learn_secrets(own, planted_window());  // as the desk does before it plans
    fixes::Story story;
    story.incident = kIncident;
    story.report = planted_report();
    story.hide = [&](std::string_view text) { return own.hide(text); };
    fixes::Fix fix;
    fix.reason = said_bare();
    fixes::Draft draft;
    draft.what = said_bare();
    fixes::Plan plan;
    fixes::tell(plan, fix, draft, story);
    const std::string words = plan.title + "\n" + plan.body + "\n" + plan.message;
    EXPECT_GT(words.size(), 200U);
    EXPECT_EQ(planted::leaks(words), kClean) << words;
}

TEST_F(Doors, a_review_comment_says_no_secret) {
    base::Border own = border();  // as the reviewer does with every incident that it names
    learn_secrets([&](const Json& json) { (void)own.hide(json); }, *store, kIncident);
    EXPECT_EQ(planted::leaks(own.hide("It was like this before: " + said_bare())), kClean);
}

TEST_F(Doors, the_network_gets_no_secret) {
    evomap::Redaction redaction({}, {});
    redaction.learn(planted_report());
    learn_secrets([&](const Json& json) { redaction.learn(json); }, *store, kIncident);
    evomap::SeedCapsule capsule;
    capsule.title = capsule.body = said_bare();
    capsule.signals = {said_bare()};
    const evomap::SeedCapsule hidden = redaction.hide(capsule);
    EXPECT_EQ(planted::leaks(hidden.title + hidden.body + hidden.signals[0] +
                             redaction.hide_prose(said_bare())),
              kClean);
}

// Keeps what it reads; says nothing.
class Listener final : public llm::Model {
  public:
    base::Result<llm::Answer> ask(const llm::Prompt& prompt, const llm::Progress&) override {
        for (const llm::Turn& turn : prompt.turns) {
            heard += turn.text;
            for (const llm::ToolResult& result : turn.results) heard += result.content;
            for (const llm::ToolCall& call : turn.calls) heard += base::dump_json(call.input);
        }
        return base::fail(base::ErrorKind::Unavailable, "it only listens");
    }
    [[nodiscard]] std::string_view name() const override { return "listener/1"; }
    [[nodiscard]] std::int64_t context_tokens() const override { return 1'000'000; }
    std::string heard;
};

TEST_F(Doors, a_model_and_what_the_audit_chain_keeps_of_it_get_no_secret) {
    Listener model;
    base::Border own = border();
    learn_secrets(own, planted_window());
    reasoning::Recording recording;
    reasoning::Ledger ledger(&store->documents(), {}, kIncident, clock);
    reasoning::LivePartner partner({{&model, {}}}, ledger, &own, &store->audit(), kIncident,
                                   recording);
    llm::Prompt prompt;
    llm::Turn asked;
    asked.text = said_bare();
    llm::Turn called;
    called.speaker = llm::Speaker::Assistant;
    called.calls.push_back({"c", "query_logs", {{"contains", said_bare()}}, ""});
    llm::Turn looked;
    looked.results.push_back({"c", said_bare(), false});
    prompt.turns = {asked, called, looked};
    (void)partner.ask(prompt);
    EXPECT_GT(model.heard.size(), 500U);
    EXPECT_EQ(planted::leaks(model.heard), kClean) << model.heard;
    std::string chain;
    const auto entries = store->audit().entries(0, 100);
    ASSERT_TRUE(entries);
    for (const store::AuditEntry& entry : *entries)
        if (entry.action == "model.asked") chain += base::dump_json(entry.detail);
    EXPECT_GT(chain.size(), 500U);
    EXPECT_EQ(planted::leaks(chain), kClean) << chain;
}

TEST_F(Doors, a_window_is_read_once_and_again_when_it_was_recorded_anew) {
    WindowSecrets secrets(*store);
    base::Border own = border();
    secrets.learn(kIncident, own);
    const std::size_t hidden = own.hidden();
    EXPECT_GT(hidden, 10U);
    secrets.learn(kIncident, own);
    secrets.learn("inc-ffffffffffffffff", own);  // nobody knows it: nothing happens
    secrets.learn("", own);
    EXPECT_EQ(own.hidden(), hidden);
}

}  // namespace
}  // namespace insight::agent
