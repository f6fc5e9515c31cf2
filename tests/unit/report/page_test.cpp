#include "agent/report/page.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/report/html.h"
#include "agent/report/scale.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/tags.h"

namespace insight::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const PageContext kContext{"/", "0.1.0", true};

std::string page(const std::string& name) {
    return report_page(load_report(name), kContext);
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

class ReportPage : public testing::TestWithParam<const char*> {};

TEST_P(ReportPage, is_well_formed) {
    EXPECT_EQ(fault_in(page(GetParam())), "");
}

TEST_P(ReportPage, stands_alone_and_runs_nothing) {
    const std::string text = page(GetParam());
    for (const char* part :
         {"<script", "<link", "<img", "<iframe", "javascript:", "@import", "url(",
          " src=", " onload=", " onclick=", " onerror=", " onmouseover="})
        for (const Tag& tag : tags_of(text))
            EXPECT_THAT("<" + tag.text + ">", Not(HasSubstr(part)));
    EXPECT_THAT(text, HasSubstr("default-src 'none'"));
}

TEST_P(ReportPage, links_every_cited_id_to_its_block) {
    const std::string text = page(GetParam());
    std::set<std::string> ids;
    for (const Tag& tag : tags_of(text)) {
        const std::string id = tag.attribute("id");
        EXPECT_TRUE(id.empty() || ids.insert(id).second) << "twice: " << id;
    }
    int links = 0;
    for (const Tag& tag : tags_of(text)) {
        const std::string target = tag.attribute("href");
        if (!target.starts_with("#")) continue;
        EXPECT_THAT(ids, Contains(target.substr(1)));
        ++links;
    }
    EXPECT_GT(links, 1);
    const base::Json report = load_report(GetParam());
    for (const auto& [id, evidence] : report["evidence"].items()) EXPECT_THAT(ids, Contains(id));
}

TEST_P(ReportPage, names_its_charts_and_table_columns) {
    const std::string text = page(GetParam());
    for (const Tag& tag : tags_of(text)) {
        if (tag.name == "th") {
            EXPECT_EQ(tag.attribute("scope"), "col");
        }
        if (tag.name == "svg" && tag.attribute("role") == "img") {
            EXPECT_FALSE(tag.attribute("aria-labelledby").empty());
        }
    }
    EXPECT_EQ(count_of(text, "<h1"), 1U);
    EXPECT_GE(count_of(text, "role=\"img\""), 1U);
}

TEST_P(ReportPage, is_the_same_for_the_same_report) {
    EXPECT_EQ(page(GetParam()), page(GetParam()));
}

// All tags our pages ever use.
std::set<std::string> own_tags() {
    std::set<std::string> own;
    for (const char* name : kReports)
        for (const std::string& tag : names_of(page(name))) own.insert(tag);
    return own;
}

TEST_P(ReportPage, collected_text_adds_no_tag) {
    const std::set<std::string> own = own_tags();
    for (const std::string evil :
         {"<script>alert(1)</script>", "\"><marquee onload=alert(1)>", "' onmouseover='x",
          "</title></style></pre><blink>", "&lt;blink&gt;<!-- ", "]]><![CDATA[\xff\xc2\x9b"}) {
        const std::string text =
            report_page(poisoned(load_report(GetParam()), evil, false), kContext);
        EXPECT_EQ(fault_in(text), "") << evil;
        for (const Tag& tag : tags_of(text)) {
            EXPECT_THAT(own, Contains(tag.name)) << evil;
            EXPECT_TRUE(tag.attribute("onload").empty() && tag.attribute("onmouseover").empty());
        }
    }
}

TEST_P(ReportPage, hostile_ids_and_kinds_stay_harmless) {
    const std::string text =
        report_page(poisoned(load_report(GetParam()), "\"><script>x</script>", true), kContext);
    EXPECT_EQ(fault_in(text), "");
    EXPECT_THAT(names_of(text), Not(Contains("script")));
}

TEST_P(ReportPage, renders_reports_of_any_age_and_shape) {
    const base::Json report = load_report(GetParam());
    for (auto it = report.begin(); it != report.end(); ++it)
        for (const char* odd : {"5", "null", "\"x\"", "[[1],{\"evidence\":5},null]",
                                "{\"E1\":{\"content\":{\"kind\":\"rows\",\"rows\":[5,[[1]]]}}}",
                                "{\"E1\":{\"content\":{\"kind\":\"later\"}},\"<b>\":{}}"}) {
            base::Json older = report;
            older[it.key()] = base::Json::parse(odd);
            EXPECT_EQ(fault_in(report_page(older, kContext)), "") << it.key() << odd;
        }
    EXPECT_EQ(fault_in(report_page(base::Json(), {})), "");
}

INSTANTIATE_TEST_SUITE_P(Reports, ReportPage, testing::ValuesIn(kReports));

TEST(Page, shows_cause_change_and_onset_in_the_chart) {
    const std::string text = page("lock_contention");
    EXPECT_THAT(text, HasSubstr("Cause found"));
    EXPECT_THAT(text, HasSubstr(">onset 21:29:40</text>"));
    EXPECT_THAT(text, HasSubstr(">21:29:12 deploy orders-migrations</text>"));
    EXPECT_THAT(text, HasSubstr("class=\"band\""));
    EXPECT_THAT(text, HasSubstr("<i class=\"add\">+BEGIN;</i>"));
}

TEST(Page, a_gap_breaks_the_line) {
    const std::string text = page("lock_contention");
    const std::size_t block = text.find("id=\"chart-evidence-E2\"");
    const std::size_t path = text.find(" d=\"", block);
    const std::string line = text.substr(path, text.find('"', path + 4) - path);
    EXPECT_EQ(std::count(line.begin(), line.end(), 'M'), 2);
}

TEST(Page, stays_small_for_a_huge_report) {
    base::Json report = load_report("lock_contention");
    base::Json& points = report["evidence"]["E2"]["content"]["points"];
    points = base::Json::array();
    for (int i = 0; i < 200'000; ++i) points.push_back({1795200000 + i, i % 977});
    base::Json& rows = report["evidence"]["E3"]["content"]["rows"];
    for (int i = 0; i < 20'000; ++i) rows.push_back({i, std::string(5000, 'x')});
    for (int i = 0; i < 5'000; ++i) report["timeline"].push_back(report["timeline"][0]);
    const std::string text = report_page(report, kContext);
    EXPECT_LT(text.size(), 400'000U);
    EXPECT_THAT(text, HasSubstr("and 19915 more rows"));
}

TEST(Page, file_of_its_own_links_to_nothing) {
    const std::string text = report_page(load_report("lock_contention"), {});
    for (const Tag& tag : tags_of(text))
        if (tag.name == "a") {
            EXPECT_TRUE(tag.attribute("href").starts_with("#")) << tag.text;
        }
    EXPECT_THAT(names_of(text), Not(Contains("form")));
}

TEST(Html, escapes_the_five_characters) {
    EXPECT_EQ(html("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
}

store::IncidentRow row(const std::string& id, model::IncidentState state) {
    store::IncidentRow out;
    out.incident.id = id;
    out.incident.state = state;
    out.incident.opened_at = 1'795'210'318 * base::kSecond;
    model::Alert alert;
    alert.labels = {{"alertname", "Name <b>"}, {"severity", "critical"}};
    out.incident.alerts = {alert};
    return out;
}

TEST(IncidentList, tells_state_verdict_and_links_to_the_report) {
    store::IncidentRow reported = row("inc-1", model::IncidentState::Reported);
    reported.verdict = "cause";
    reported.confidence = 0.91;
    reported.summary = "because of <i>";
    reported.incident.resolved_at = reported.incident.opened_at + base::kMinute;
    const std::string text = incident_list_page({reported}, {"/insight/", "0.1.0", false});
    EXPECT_EQ(fault_in(text), "");
    for (const char* part :
         {"href=\"/insight/incidents/inc-1\"", "Name &lt;b&gt;", "critical", "Cause found", "91 %",
          "2026-11-20 21:31:58 UTC", "resolved 21:32:58", "because of &lt;i&gt;"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, Not(HasSubstr("http-equiv=\"refresh\"")));
    EXPECT_THAT(text, Not(HasSubstr("Sign out")));
}

TEST(IncidentList, refreshes_only_while_something_is_open) {
    EXPECT_THAT(incident_list_page({row("inc-1", model::IncidentState::Open)}, kContext),
                HasSubstr("http-equiv=\"refresh\" content=\"10\""));
    EXPECT_THAT(incident_list_page({row("inc-1", model::IncidentState::Failed)}, kContext),
                Not(HasSubstr("http-equiv=\"refresh\"")));
}

TEST(IncidentList, empty_one_says_how_the_first_alert_is_sent) {
    const std::string text = incident_list_page({}, kContext);
    EXPECT_EQ(fault_in(text), "");
    EXPECT_THAT(text, HasSubstr("webhook_configs"));
    EXPECT_THAT(text, HasSubstr("curl http://127.0.0.1:8080/api/v1/alerts/alertmanager"));
}

TEST(StatusPages, are_well_formed_and_say_what_to_do) {
    const auto open = pending_page(row("inc-1", model::IncidentState::Open), kContext);
    EXPECT_THAT(open, HasSubstr("Being investigated"));
    EXPECT_THAT(open, HasSubstr("http-equiv=\"refresh\""));
    store::IncidentRow broken = row("inc-1", model::IncidentState::Failed);
    broken.summary = "<b>disk full";
    const auto failed = pending_page(broken, kContext);
    EXPECT_THAT(failed, HasSubstr("The investigation failed: &lt;b&gt;disk full"));
    const auto missing = error_page(404, "no <i>", kContext);
    EXPECT_THAT(missing, HasSubstr("no &lt;i&gt;"));
    const auto login = login_page(true, kContext);
    EXPECT_THAT(login, HasSubstr("action=\"/login\""));
    EXPECT_THAT(login, HasSubstr("type=\"password\""));
    EXPECT_THAT(login, HasSubstr("That token is not known"));
    for (const std::string& text : {open, failed, missing, login}) EXPECT_EQ(fault_in(text), "");
}

TEST(Scale, steps_are_round_and_cover_the_range) {
    const ValueAxis axis = value_axis({0.13, 4.51}, "s");
    EXPECT_EQ(axis.low, 0);
    EXPECT_EQ(axis.high, 6);
    ASSERT_EQ(axis.ticks.size(), 4U);
    EXPECT_EQ(axis.ticks[1].label, "2 s");
    const ValueAxis bytes = value_axis({0, 3.0 * 1024 * 1024 * 1024}, "By");
    EXPECT_EQ(bytes.ticks[1].label, "1 GiB");
    EXPECT_LE(value_axis({1e300, 1.0000001e300}, "").ticks.size(), 20U);
    EXPECT_LE(value_axis({-5, 5}, "").low, -5);
}

TEST(Scale, times_are_round) {
    const auto ticks = time_ticks(1'795'206'107, 1'795'210'620, 6);
    ASSERT_GE(ticks.size(), 3U);
    EXPECT_LE(ticks.size(), 6U);
    for (const Tick& tick : ticks) EXPECT_EQ(static_cast<std::int64_t>(tick.at) % 900, 0);
    EXPECT_EQ(ticks[0].label, "20:30");
    EXPECT_THAT(time_ticks(5, 5, 6), IsEmpty());
    EXPECT_THAT(time_ticks(0, 1e300, 6), IsEmpty());
}

TEST(ValueAxis, large_numbers_fit_beside_the_axis) {
    const ValueAxis axis = value_axis({0, 4'406'897}, "1/s");
    ASSERT_FALSE(axis.ticks.empty());
    EXPECT_EQ(axis.ticks[1].label, "2 M/s");
    for (const Tick& tick : axis.ticks) EXPECT_LE(tick.label.size(), 8U) << tick.label;
}

}  // namespace
}  // namespace insight::report
