// Exec plug-ins and credentials that change while we use them.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "core/kubernetes/client.h"
#include "core/kubernetes/plugin_process.h"
#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::kubernetes {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using testing::HasSubstr;

base::Deadline soon(int seconds = 20) {
    return base::Deadline::after(std::chrono::seconds(seconds));
}

Command shell(const std::string& script) {
    return {"/bin/sh", {"-c", script}, {{"INSIGHT_TEST_WORD", "green"}}, 1000};
}

TEST(PluginProcess, gives_output_complaint_and_exit_code) {
    const auto done = run(shell("echo $INSIGHT_TEST_WORD; echo sorry >&2; cat; exit 3"), soon());
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->output, "green\n");
    EXPECT_EQ(done->complaint, "sorry\n");
    EXPECT_EQ(done->exit_code, 3);
}

TEST(PluginProcess, what_hangs_or_talks_without_end_is_ended_with_its_children) {
    const auto late =
        run(shell("sleep 600 & sleep 600"), base::Deadline::after(std::chrono::milliseconds(150)));
    EXPECT_EQ(late.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(run(shell("yes"), soon()).error().kind, ErrorKind::TooLarge);
    EXPECT_EQ(run({"/no/such/file", {}, {}}, soon()).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(run({"no-such-command-anywhere", {}, {}}, soon()).error().kind, ErrorKind::NotFound);
}

TEST(ExecCredential, must_be_what_was_asked_for) {
    const std::string v1 = "client.authentication.k8s.io/v1";
    const auto good = read_credential(
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)"
        R"({"token":"abc","expirationTimestamp":"2026-11-20T22:00:00Z"}})",
        v1);
    ASSERT_TRUE(good);
    EXPECT_EQ(good->token.reveal(), "abc");
    EXPECT_EQ(base::format_rfc3339(good->expires), "2026-11-20T22:00:00Z");
    for (
        const char* bad :
        {"", "{}", R"({"kind":"ExecCredential","apiVersion":"v0","status":{"token":"x"}})",
         R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
         R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"x"}})",
         R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"x","expirationTimestamp":"soon"}})"})
        EXPECT_EQ(read_credential(bad, v1).error().kind, ErrorKind::Corrupt) << bad;
}

class Clock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return time; }
    base::Nanos time = 1'800'000'000 * base::kSecond;
};

class Changing : public testing::Test {
  protected:
    Changing()
        : folder_(fs::temp_directory_path() / ("insight-credentials-" + std::to_string(getpid()))) {
        fs::create_directories(folder_);
    }
    ~Changing() override { fs::remove_all(folder_); }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }
    fs::path folder_;
    Clock clock_;
};

TEST_F(Changing, a_token_file_is_read_again_after_a_minute_and_after_a_refusal) {
    Access access{.server = "https://c"};
    access.token_file = write("token", "one\n");
    test::Scripted transport([&](const net::Request& request, int) {
        return test::json(request.authorization->reveal() == "Bearer three" ? 200 : 401, "{}");
    });
    Client client("main", access, transport, clock_, base::kSecond);
    write("token", "one");
    EXPECT_EQ(client.get("/x", {}, soon())->status, 401);
    EXPECT_EQ(transport.tokens, (std::vector<std::string>{"Bearer one", "Bearer one"}));
    write("token", "three");
    EXPECT_EQ(client.get("/x", {}, soon())->status, 200) << "read again because of the refusal";
}

TEST_F(Changing, a_plugin_is_asked_again_when_its_token_expires_or_is_refused) {
    write("plugin", R"(#!/bin/sh
count=$(cat "$1" 2>/dev/null || echo 0); count=$((count + 1)); echo $count >"$1"
case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 9 ;; esac
cat <<EOF
{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":
 {"token":"t$count","expirationTimestamp":"2027-01-15T09:00:00Z"}}
EOF
)");
    fs::permissions(folder_ / "plugin", fs::perms::owner_all);
    Access access{.server = "https://c"};
    access.exec = ExecPlugin{
        "client.authentication.k8s.io/v1", folder_ / "plugin", {folder_ / "count"}, {}, "", false};
    Credentials credentials(access, clock_);  // 2027-01-15T08:00:00Z
    EXPECT_EQ(credentials.proof(soon())->authorization.reveal(), "Bearer t1");
    EXPECT_EQ(credentials.proof(soon())->authorization.reveal(), "Bearer t1") << "kept";
    clock_.time += base::kHour;
    const auto renewed = credentials.proof(soon());
    EXPECT_EQ(renewed->authorization.reveal(), "Bearer t2");
    clock_.time -= base::kHour;
    EXPECT_TRUE(credentials.refused(renewed->generation));
    EXPECT_EQ(credentials.proof(soon())->authorization.reveal(), "Bearer t3");
    EXPECT_TRUE(credentials.refused(renewed->generation)) << "an old refusal changes nothing";
    EXPECT_EQ(credentials.proof(soon())->authorization.reveal(), "Bearer t3");
}

TEST_F(Changing, a_proof_that_expired_stays_expired_when_the_plugin_fails) {
    const std::string answer =
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)"
        R"({"token":"t1","expirationTimestamp":"2027-01-15T09:00:00Z"}})";
    Access access{.server = "https://c"};
    access.exec = ExecPlugin{
        "client.authentication.k8s.io/v1", "/bin/cat", {write("answer", answer)}, {}, "", false};
    Credentials credentials(access, clock_);  // 2027-01-15T08:00:00Z
    EXPECT_EQ(credentials.proof(soon())->authorization.reveal(), "Bearer t1");
    fs::remove(folder_ / "answer");
    clock_.time += base::kHour;
    EXPECT_FALSE(credentials.proof(soon()));
    EXPECT_FALSE(credentials.proof(soon())) << "the old one is no better the second time";
}

TEST_F(Changing, a_plugin_that_fails_says_so_in_its_own_words_without_secrets) {
    Access access{.server = "https://c"};
    access.exec = ExecPlugin{"client.authentication.k8s.io/v1",
                             "/bin/sh",
                             {"-c", "echo 'login expired, token=hunter2hunter2' >&2; exit 1"},
                             {},
                             "",
                             false};
    const auto proof = Credentials(access, clock_).proof(soon());
    ASSERT_FALSE(proof);
    EXPECT_EQ(proof.error().kind, ErrorKind::Denied);
    EXPECT_THAT(proof.error().text(), HasSubstr("login expired"));
    EXPECT_THAT(proof.error().text(), testing::Not(HasSubstr("hunter2")));
    access.exec = ExecPlugin{"client.authentication.k8s.io/v1",
                             "insight-no-such-plugin",
                             {},
                             {},
                             "install it from the store",
                             false};
    EXPECT_THAT(Credentials(access, clock_).proof(soon()).error().text(),
                HasSubstr("install it from the store"));
}

}  // namespace
}  // namespace insight::kubernetes
