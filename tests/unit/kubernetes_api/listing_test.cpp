// Lists: pages, expiry, limits, hostile bodies; failures in the words of roles.
#include <gmock/gmock.h>

#include "core/kubernetes/discovery.h"
#include "core/kubernetes/item_splitter.h"
#include "core/kubernetes/listing.h"
#include "core/kubernetes/pod_log.h"
#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::kubernetes {
namespace {

using base::ErrorKind;
using base::Json;
using test::json;
using test::Scripted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string page(const std::string& items, const std::string& next = {}) {
    return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9")" +
           (next.empty() ? "" : R"(,"continue":")" + next + "\"") + R"(},"items":[)" + items + "]}";
}

std::string pod(const std::string& name) {
    return R"({"metadata":{"name":")" + name + R"("},"x":"}]\"{"})";
}

struct Fixture {
    explicit Fixture(Scripted::Answer answer)
        : transport(std::move(answer)),
          client("main", {.server = "https://c", .token = base::Secret("t")}, transport, clock,
                 base::kSecond) {}
    base::Result<Listed> read(ListLimits limits = {}) {
        return list(client, {"", "v1", "pods", "shop"}, {}, limits,
                    base::Deadline::after(std::chrono::seconds(20)), [](Json&) { return true; });
    }
    static std::vector<std::string> names(const base::Result<Listed>& listed) {
        std::vector<std::string> out;
        if (listed)
            for (const Json& item : listed->items) out.push_back(item["metadata"]["name"]);
        return out;
    }
    base::SystemClock clock;
    Scripted transport;
    Client client;
};

TEST(List, follows_pages_and_completes_kind_and_version) {
    Fixture f([](const net::Request&, int i) {
        return json(200, i == 0 ? page(pod("a") + "," + pod("b"), "n/1") : page(pod("c")));
    });
    const auto listed = f.read();
    EXPECT_THAT(Fixture::names(listed), ElementsAre("a", "b", "c"));
    EXPECT_EQ(listed->items[2]["kind"], "Pod");
    EXPECT_EQ(listed->items[2]["apiVersion"], "v1");
    EXPECT_EQ(listed->items[0]["x"], "}]\"{");
    EXPECT_THAT(f.transport.urls[0], HasSubstr("resourceVersion=0"));
    EXPECT_THAT(f.transport.urls[1], HasSubstr("continue=n%2F1"));
    EXPECT_THAT(f.transport.urls[1], Not(HasSubstr("resourceVersion")))
        << "together with continue it is HTTP 400";
    EXPECT_EQ(f.transport.tokens[0], "Bearer t");
}

TEST(List, an_expired_one_goes_on_where_the_server_offers) {
    Fixture f([](const net::Request&, int i) {
        if (i == 0) return json(200, page(pod("a"), "old"));
        if (i == 1)
            return json(410,
                        R"({"kind":"Status","reason":"Expired","metadata":{"continue":"new"}})");
        return json(200, page(pod("b")));
    });
    const auto listed = f.read();
    EXPECT_THAT(Fixture::names(listed), ElementsAre("a", "b"));
    EXPECT_THAT(listed->note, HasSubstr("later moment"));
    EXPECT_THAT(f.transport.urls[2], HasSubstr("continue=new"));
}

TEST(List, an_expired_one_without_an_offer_is_begun_anew_once) {
    Fixture f([](const net::Request&, int i) {
        if (i == 0) return json(200, page(pod("a"), "old"));
        if (i == 1 || i == 3) return json(410, R"({"kind":"Status","reason":"Expired"})");
        return json(200, page(pod("b"), "older"));
    });
    const auto listed = f.read();
    EXPECT_THAT(Fixture::names(listed), ElementsAre("b"));
    ASSERT_TRUE(listed->broken);
    EXPECT_EQ(f.transport.urls.size(), 4U);
    EXPECT_THAT(f.transport.urls[2], Not(HasSubstr("resourceVersion=0")));
}

TEST(List, what_is_read_anew_counts_once) {
    Fixture f([](const net::Request&, int i) {
        if (i == 0) return json(200, page(pod("a") + "," + pod("b"), "old"));
        if (i == 1) return json(410, R"({"kind":"Status","reason":"Expired"})");
        return json(200, page(pod("a") + "," + pod("b")));
    });
    int seen = 0;
    const auto listed = list(
        f.client, {"", "v1", "pods", "shop"}, {}, {500, 50'000, 3 * pod("a").size(), 1000},
        base::Deadline::after(std::chrono::seconds(20)),
        [&](Json&) {
            ++seen;
            return true;
        },
        [&] { seen = 0; });
    EXPECT_THAT(Fixture::names(listed), ElementsAre("a", "b"));
    EXPECT_EQ(listed->truncated, "") << "the limit of bytes is for what is kept of the list";
    EXPECT_EQ(listed->bytes, 2 * pod("a").size());
    EXPECT_EQ(seen, 2);
}

TEST(List, ends_with_endless_pages_and_repeated_ones) {
    Fixture endless([](const net::Request&, int i) {
        return json(200, page(pod("p" + std::to_string(i)), "n" + std::to_string(i)));
    });
    ListLimits limits;
    limits.pages = 5;
    EXPECT_THAT(endless.read(limits)->truncated, HasSubstr("5 pages"));
    Fixture same([](const net::Request&, int) { return json(200, page(pod("p"), "same")); });
    const auto listed = same.read();
    EXPECT_EQ(same.transport.urls.size(), 2U);
    EXPECT_TRUE(listed->broken);
    limits.items = 3;
    limits.pages = 100;
    Fixture many([](const net::Request&, int i) {
        return json(200, page(pod("a") + "," + pod("b"), "n" + std::to_string(i)));
    });
    const auto cut = many.read(limits);
    EXPECT_EQ(cut->items.size(), 3U);
    EXPECT_THAT(cut->truncated, HasSubstr("first 3"));
}

TEST(List, keeps_earlier_pages_when_a_later_one_fails) {
    Fixture f([](const net::Request&, int i) {
        return i == 0 ? json(200, page(pod("a"), "n")) : json(500, "{}");
    });
    const auto listed = f.read();
    EXPECT_THAT(Fixture::names(listed), ElementsAre("a"));
    ASSERT_TRUE(listed->broken);
    EXPECT_EQ(listed->broken->kind, ErrorKind::Unavailable);
}

TEST(List, a_refusal_names_the_rule_that_is_missing) {
    Fixture f([](const net::Request&, int) {
        return json(403, R"({"kind":"Status","reason":"Forbidden","message":"no way"})");
    });
    const auto listed = f.read();
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().kind, ErrorKind::Denied);
    EXPECT_EQ(listed.error().message,
              "we may not list pods in namespace shop: add the rule {apiGroups: [\"\"], resources: "
              "[\"pods\"], verbs: [\"list\"]}");
    EXPECT_EQ(listed.error().cause, "no way");
}

TEST(List, what_is_no_list_is_an_error) {
    for (const char* body : {"", "<html>", "[]", "{}", "null", R"({"items":[1]})",
                             R"({"items":["a"]})", R"({"kind":"PodList","items":[{"a":1})",
                             R"({"items":[{"a":}]})", "}}}}", R"({"items":[{}]}trailing)"}) {
        Fixture f([&](const net::Request&, int) { return json(200, body); });
        EXPECT_FALSE(f.read()) << body;
    }
    Fixture null_items(
        [](const net::Request&, int) { return json(200, R"({"kind":"PodList","items":null})"); });
    EXPECT_TRUE(null_items.read()) << "old servers write empty lists like this";
}

TEST(ItemSplitter, finds_the_same_objects_wherever_blocks_are_cut) {
    const std::string whole =
        page(R"({"a":"\\\"","b":[1,{"items":[{}]}]} , {"c":"]}"},{"d":{}})", "next");
    for (std::size_t size = 1; size < whole.size(); ++size) {
        std::vector<std::string> items;
        ItemSplitter splitter([&](Json item, std::size_t) {
            items.push_back(item.dump());
            return true;
        });
        for (std::size_t at = 0; at < whole.size(); at += size)
            splitter.feed(std::string_view(whole).substr(at, size));
        const auto around = splitter.finish();
        ASSERT_TRUE(around) << size;
        EXPECT_EQ(base::text_at((*around)["metadata"], "continue"), "next");
        EXPECT_THAT(items, ElementsAre(R"({"a":"\\\"","b":[1,{"items":[{}]}]})", R"({"c":"]}"})",
                                       R"({"d":{}})"));
    }
}

TEST(ItemSplitter, refuses_huge_objects_and_deep_ones) {
    ItemSplitter huge([](const Json&, std::size_t) { return true; }, 1000);
    huge.feed(R"({"items":[{"a":")");
    while (huge.feed(std::string(500, 'x'))) {
    }
    EXPECT_EQ(huge.error()->kind, ErrorKind::TooLarge);
    ItemSplitter deep([](const Json&, std::size_t) { return true; });
    EXPECT_FALSE(deep.feed(R"({"items":[)" + std::string(10'000, '{')));
    ItemSplitter wide([](const Json&, std::size_t) { return true; });
    EXPECT_FALSE(wide.feed("{\"a\":\"" + std::string(2U << 20, 'x')));
}

TEST(Client, waits_as_long_as_the_server_asks_and_no_longer) {
    Fixture f([](const net::Request&, int i) {
        auto busy = json(429, "{}");
        busy.headers.emplace_back("Retry-After", "1");
        return i == 0 ? busy : json(200, page(""));
    });
    EXPECT_TRUE(f.read());
    EXPECT_EQ(f.transport.urls.size(), 2U);
    Fixture long_wait([](const net::Request&, int) {
        auto busy = json(429, "{}");
        busy.headers.emplace_back("Retry-After", "3600");
        return busy;
    });
    const auto listed = long_wait.read();
    ASSERT_FALSE(listed);
    EXPECT_EQ(long_wait.transport.urls.size(), 1U);
    EXPECT_EQ(listed.error().kind, ErrorKind::Unavailable);
}

TEST(Discovery, reads_aggregated_and_legacy_answers_alike) {
    const auto core = R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true,
        "verbs":["list"]},{"name":"pods/log","kind":"Pod","verbs":["get"]}]})";
    const auto wanted = [](std::string_view group) { return group == "apps" || group == "x.io"; };
    Fixture modern([&](const net::Request& r, int) {
        if (r.url.ends_with("/api/v1")) return json(200, core);
        return json(200, R"({"kind":"APIGroupDiscoveryList","items":[
            {"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current",
             "resources":[{"resource":"deployments","responseKind":{"kind":"Deployment"},
             "scope":"Namespaced","verbs":["get","list"]}]}]},
            {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1",
             "freshness":"Stale"}]}]})");
    });
    const auto deadline = base::Deadline::after(std::chrono::seconds(20));
    const auto one = discover(modern.client, wanted, deadline);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->find("apps", "deployments")->kind, "Deployment");
    EXPECT_TRUE(one->find("", "pods")->namespaced);
    EXPECT_EQ(one->find("", "pods/log"), nullptr);
    EXPECT_THAT(one->stale(), ElementsAre("metrics.k8s.io"));
    EXPECT_EQ(modern.transport.urls.size(), 2U);

    Fixture old([&](const net::Request& r, int) {
        if (r.url.ends_with("/api/v1")) return json(200, core);
        if (r.url.ends_with("/apis"))
            return json(200, R"({"kind":"APIGroupList","groups":[
                {"name":"apps","versions":[{"version":"v1"}]},
                {"name":"x.io","versions":[{"version":"v1"}]},
                {"name":"other","versions":[{"version":"v1"}]}]})");
        if (r.url.ends_with("/apis/apps/v1"))
            return json(200, R"({"resources":[{"name":"deployments","kind":"Deployment",
                "namespaced":true,"verbs":["list"]}]})");
        return net::Response{
            503, {{"Content-Type", "text/plain"}}, "error trying to reach service"};
    });
    const auto two = discover(old.client, wanted, deadline);
    ASSERT_TRUE(two);
    EXPECT_NE(two->find("apps", "deployments"), nullptr);
    EXPECT_THAT(two->stale(), ElementsAre("x.io"));
    Fixture stranger([](const net::Request&, int) { return json(200, R"({"hello":1})"); });
    EXPECT_EQ(discover(stranger.client, wanted, deadline).error().kind, ErrorKind::Corrupt);
}

TEST(PodLog, splits_times_from_lines_and_drops_a_cut_end) {
    const std::string body =
        "2026-11-20T22:02:24.178334247Z line one\n2026-11-20T22:02:25Z  two  \n"
        "failed to create fsnotify watcher\n2026-11-20T22:02:26Z thr";
    const PodLog whole = parse_log(body, false);
    ASSERT_EQ(whole.lines.size(), 3U);
    EXPECT_EQ(whole.lines[0].text, "line one");
    EXPECT_EQ(base::format_rfc3339(whole.lines[0].time), "2026-11-20T22:02:24.178334247Z");
    EXPECT_EQ(parse_log(body, true).lines.size(), 2U);
    EXPECT_TRUE(parse_log("no newline at all", true).lines.empty());
}

TEST(PodLog, no_earlier_run_is_an_answer) {
    Fixture f([](const net::Request&, int) {
        return json(400, R"({"kind":"Status","reason":"BadRequest",
            "message":"previous terminated container \"app\" in pod \"p\" not found"})");
    });
    const auto log = read_log(f.client, {"shop", "p", "app", true, 5 * base::kSecond + 7},
                              base::Deadline::after(std::chrono::seconds(5)));
    ASSERT_TRUE(log);
    EXPECT_THAT(log->absent, HasSubstr("previous terminated container"));
    EXPECT_THAT(f.transport.urls[0],
                HasSubstr("/api/v1/namespaces/shop/pods/p/log?container=app&timestamps=true"));
    EXPECT_THAT(f.transport.urls[0], HasSubstr("sinceTime=1970-01-01T00%3A00%3A05Z"));
}

}  // namespace
}  // namespace insight::kubernetes
