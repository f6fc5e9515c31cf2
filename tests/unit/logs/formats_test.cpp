// Lines as programs of the world write them: one template a statement, whatever the format.
#include <gmock/gmock.h>

#include <set>

#include "analysis/logs/template_groups.h"
#include "tests/unit/logs/mined.h"

namespace insight::analysis::logs {
namespace {

// How many templates the lines of one statement make.
std::size_t kinds(const std::vector<std::string>& lines) {
    const std::vector<std::string> all = templates_of(lines);
    return std::set<std::string>(all.begin(), all.end()).size();
}

TEST(Formats, an_access_log_of_the_root_and_of_a_path_is_one) {
    EXPECT_EQ(
        kinds(
            {R"(10.0.0.1 - - [01/Mar/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8.1")",
             R"(10.0.0.9 - - [01/Mar/2026:10:00:02 +0000] "GET /a/b HTTP/1.1" 404 9 "-" "curl/8.1")"}),
        1U);
    EXPECT_EQ(kinds({"msg=\"request completed\" path=/ status=200",
                     "msg=\"request completed\" path=/orders/7 status=200"}),
              1U);
    EXPECT_EQ(kinds({R"({"msg": "request completed", "path": "/", "status": 200})",
                     R"({"msg": "request completed", "path": "/orders/7", "status": 404})"}),
              1U);
}

TEST(Formats, midnight_noon_and_the_end_of_a_month_make_no_new_templates) {
    EXPECT_EQ(kinds({"Mar 31 23:59:59 node-1 systemd[1]: Started Session 12 of User ana.",
                     "Apr  1 00:00:01 node-1 systemd[1]: Started Session 13 of User ana."}),
              1U);
    EXPECT_EQ(kinds({"[Sat Feb 28 23:59:59 2026] [error] client denied by server configuration",
                     "[Sun Mar 01 00:00:02 2026] [error] client denied by server configuration"}),
              1U);
    EXPECT_EQ(kinds({"backup finished at 11:59:58 AM", "backup finished at 12:00:03 PM"}), 1U);
    EXPECT_EQ(kinds({"Tue, 31 Mar 2026 23:59:59 GMT worker ready",
                     "Wed, 01 Apr 2026 00:00:09 GMT worker ready"}),
              1U);
}

TEST(Formats, words_that_only_look_like_dates_stay) {
    EXPECT_EQ(kinds({"Mar the surface", "Sun the surface"}), 2U);
}

TEST(Formats, keys_of_a_python_error_are_values_once_there_are_many) {
    EXPECT_EQ(
        kinds({"KeyError: 'size'", "KeyError: 'colour'", "KeyError: 'price'", "KeyError: 'name'"}),
        1U);
    EXPECT_EQ(kinds({"KeyError: 'size'", "KeyError: 'colour'"}), 2U);
}

TEST(Formats, messages_in_json_stay_apart) {
    EXPECT_EQ(kinds({R"({"level":"info","msg":"started","port":1})",
                     R"({"level":"info","msg":"stopped","port":2})",
                     R"({"level":"warn","msg":"retried","port":3})",
                     R"({"level":"warn","msg":"refused","port":4})"}),
              4U);
}

TEST(Formats, sentences_of_structured_lines_stay_apart) {
    EXPECT_EQ(kinds({R"({"level":"info","msg":"server is ready","port":1})",
                     R"({"level":"info","msg":"lost the leader election","port":2})",
                     R"({"level":"error","msg":"lost the leader election","port":2})"}),
              3U);
    EXPECT_EQ(kinds({"level=info msg=started port=1", "level=info msg=stopped port=2"}), 2U);
    EXPECT_EQ(
        kinds({"level=info msg=\"pool closed\" port=1", "level=warn msg=\"pool closed\" port=2",
               "level=warn msg=\"pool opened\" port=2"}),
        3U);
    EXPECT_EQ(kinds({R"({"msg":"request failed","error":"connection refused","took":3})",
                     R"({"msg":"request failed","error":"deadline exceeded","took":4})"}),
              2U);
}

TEST(Formats, values_in_structured_lines_are_values) {
    EXPECT_EQ(kinds({R"({"level":"info","msg":"order 17 was sent","customer":"ana","port":1})",
                     R"({"level":"info","msg":"order 18 was sent","customer":"bo","port":2})"}),
              1U);
    EXPECT_EQ(kinds({"level=info msg=\"order sent\" customer=ana",
                     "level=info msg=\"order sent\" customer=bo"}),
              1U);
}

TEST(Formats, an_instance_that_differs_in_two_places_belongs_to_its_sentence) {
    std::vector<std::string> lines;
    for (const char* user : {"ana", "bo", "cem", "dag", "eva", "fay"})
        for (const char* host : {"red", "blue", "green", "black", "white", "brown"})
            lines.push_back(std::string("session opened for the user ") + user +
                            " coming in from the machine " + host);
    lines.emplace_back("session opened for the user zoe coming in from the machine pink");
    EXPECT_EQ(kinds(lines), 1U);
}

TEST(Formats, klog_zap_and_gc_lines_are_one_a_statement) {
    EXPECT_EQ(
        kinds(
            {R"(E0301 10:00:01.123456    812 pod_workers.go:965] "Error syncing pod" pod="shop/web-5d9c-x2x4p" podUID="0b23bd3e-876a-4af3-b920-c50a90c90b04")",
             R"(E0302 11:10:01.000001      7 pod_workers.go:965] "Error syncing pod" pod="shop/pay-77f8-bbbcd" podUID="1b23bd3e-876a-4af3-b920-c50a90c90b04")"}),
        1U);
    EXPECT_EQ(
        kinds(
            {R"({"level":"info","ts":1772323200.5,"caller":"db/pool.go:88","msg":"got connection","took":0.25})",
             R"({"level":"info","ts":1772323207.1,"caller":"db/pool.go:91","msg":"got connection","took":1.5})"}),
        1U);
    EXPECT_EQ(kinds({"[2026-03-01T10:00:00.123+0000][gc] GC(12) Pause Young (Normal) (G1 "
                     "Evacuation Pause) 812M->90M(2048M) 7.123ms",
                     "[2026-03-01T10:00:09.001+0000][gc] GC(13) Pause Young (Normal) (G1 "
                     "Evacuation Pause) 913M->95M(2048M) 9.001ms"}),
              1U);
}

}  // namespace
}  // namespace insight::analysis::logs
