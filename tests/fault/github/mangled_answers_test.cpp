// Every call of the client against answers that were cut, swapped and sprinkled with nonsense.
#include <gtest/gtest.h>

#include <random>

#include "github/changes.h"
#include "tests/unit/github/scripted.h"

namespace insight::github {
namespace {

constexpr const char* kSha = "0123456789abcdef0123456789abcdef01234567";

// One answer that has something of everything the client looks for.
std::string everything() {
    const base::Json person{{"login", "ada"}};
    const base::Json stamp{{"name", "Ada"}, {"date", "2026-11-20T10:00:00Z"}};
    const base::Json file{{"filename", "src/a.cpp"},
                          {"status", "renamed"},
                          {"previous_filename", "b\n"},
                          {"additions", 3},
                          {"deletions", 1},
                          {"sha", kSha},
                          {"patch", "@@ -1,2 +1,3 @@ f()\n a\n-b\n+c\n+d"}};
    const base::Json commit{{"sha", kSha},
                            {"html_url", "https://github.com/x"},
                            {"author", person},
                            {"parents", {{{"sha", kSha}}}},
                            {"commit",
                             {{"author", stamp},
                              {"committer", stamp},
                              {"message", "first\n\nsecond"},
                              {"tree", {{"sha", kSha}}}}}};
    base::Json out = commit;
    const base::Json merged{{"files", base::Json::array({file, file})},
                            {"commits", base::Json::array({commit})},
                            {"merge_base_commit", commit},
                            {"status", "success"},
                            {"tree", {{"sha", kSha}}},
                            {"object", {{"sha", kSha}}},
                            {"number", 7},
                            {"id", 7},
                            {"state", "open"},
                            {"user", person},
                            {"type", "file"},
                            {"size", 3},
                            {"content", "YWJj"},
                            {"encoding", "base64"},
                            {"protected", false},
                            {"name", "x"},
                            {"labels", base::Json::array({"bug"})},
                            {"head", {{"ref", "fix"}, {"sha", kSha}}},
                            {"base", {{"ref", "main"}, {"sha", kSha}}},
                            {"created_at", "2026-11-20T10:00:00Z"},
                            {"published_at", "2026-11-20T10:00:00Z"},
                            {"check_runs", base::Json::array({{{"name", "build"}}})},
                            {"statuses", base::Json::array({{{"context", "ci"}}})},
                            {"default_branch", "main"},
                            {"message", "Not Found"},
                            {"errors", base::Json::array({"wrong"})},
                            {"filename", "a"}};
    out.update(merged);
    return out.dump();
}

class Mangler {
  public:
    explicit Mangler(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t most) { return most == 0 ? 0 : random_() % most; }

    net::Response answer() {
        static constexpr std::array<int, 16> kStatuses{200, 200, 200, 200, 200, 201, 204, 301,
                                                       304, 401, 403, 404, 409, 422, 429, 502};
        net::Response out{kStatuses.at(below(kStatuses.size())), {}, body()};
        const std::vector<net::Header> headers{
            {"Content-Type", below(4) == 0 ? "text/html" : "application/json"},
            {"ETag", "W/\"x\""},
            {"Link", R"(<https://api.github.com/repositories/1/x?page=2>; rel="next")"},
            {"Link", std::string(below(3000), '<')},
            {"Retry-After", std::to_string(below(100'000))},
            {"X-RateLimit-Remaining", below(2) == 0 ? "0" : "many"},
            {"X-RateLimit-Reset", std::to_string(random_())},
            {"X-GitHub-SSO", "required; url=x"},
            {"X-Accepted-GitHub-Permissions", "contents=write;;;\x01"}};
        for (const net::Header& header : headers)
            if (below(4) == 0) out.headers.push_back(header);
        return out;
    }

  private:
    std::string body() {
        static const std::string kWhole = everything();
        std::string text = below(2) == 0 ? kWhole : "[" + kWhole + "," + kWhole + "]";
        for (std::size_t count = below(6); count > 0; --count) mutate(text);
        return text;
    }

    void mutate(std::string& text) {
        static const std::vector<std::string> kNonsense{"null",
                                                        "[]",
                                                        "{}",
                                                        "-1",
                                                        "1e308",
                                                        "\"\\u202e\"",
                                                        "9223372036854775807",
                                                        "true",
                                                        "\\u0000",
                                                        "\"",
                                                        "}",
                                                        std::string(400, '['),
                                                        "\xff\xfe",
                                                        "\"2026-13-45T99:00:00Z\""};
        if (text.empty()) return;
        const std::size_t at = below(text.size());
        switch (below(4)) {
            case 0:
                text.resize(at);
                break;
            case 1:
                text.erase(at, below(80));
                break;
            case 2:
                text.insert(at, kNonsense[below(kNonsense.size())]);
                break;
            default: {
                // A whole value for another: the JSON stays well-formed most of the time.
                const std::size_t colon = text.find(':', at);
                const std::size_t end = text.find_first_of(",}", colon);
                if (end != std::string::npos)
                    text.replace(colon + 1, end - colon - 1, kNonsense[below(kNonsense.size())]);
            }
        }
    }

    std::mt19937 random_;
};

template <typename T>
void look(const base::Result<T>& result) {
    if (result) return;
    EXPECT_FALSE(result.error().message.empty());
    EXPECT_EQ(result.error().text().find('\n'), std::string::npos) << result.error().text();
    EXPECT_EQ(result.error().text().find("the-token"), std::string::npos);
    EXPECT_LT(result.error().text().size(), 1200U);
    EXPECT_EQ(base::dump_json(result.error().text()).find("\\ufffd"), std::string::npos)
        << "errors are valid UTF-8: " << result.error().text();
}

void ask_everything(Repository& on, const Settings& settings, Mangler& mangler) {
    const auto soon = [] { return base::Deadline::after(std::chrono::hours(3)); };
    look(on.about(soon()));
    look(on.commits({"main", "a", 1, 2, 50}, soon()));
    look(on.commit(mangler.below(2) == 0 ? "main" : kSha, soon()));
    look(on.compare("a", "b", soon()));
    look(on.blame("src/a.cpp", 1, "main", soon()));
    look(on.contents("src/a.cpp", "main", soon()));
    look(on.tree("main", soon()));
    look(on.branch("main", soon()));
    look(on.commit_files({"fix", kSha, true, "m", {{"a", "b"}, {"c", std::string("\0", 1)}}},
                         soon()));
    look(on.delete_branch("fix", soon()));
    look(on.pull_request(1, soon()));
    look(on.pull_request_files(1, soon()));
    look(on.pull_request_commits(1, soon()));
    look(on.pull_requests_of("fix", soon()));
    look(on.pull_requests_with(kSha, soon()));
    look(on.create_pull_request({"t", "b", "fix", "", true}, soon()));
    look(on.update_pull_request(1, {"t", {}, {}, {}}, soon()));
    look(on.add_review(1, kSha, "b", {{"a", 1, 0, "x", "y"}}, soon()));
    look(on.comments(1, soon()));
    look(on.put_comment(1, "m", "b", soon()));
    look(on.add_labels(1, {"a"}, soon()));
    look(on.remove_label(1, "a", soon()));
    look(on.ensure_label({"a", "ededed", ""}, soon()));
    look(on.issue(1, soon()));
    look(on.issues({}, soon()));
    look(on.create_issue({"t", "b", {}, {}}, soon()));
    look(on.update_issue(1, {}, soon()));
    look(on.checks("main", soon()));
    look(on.add_check(kSha, {"n", CheckState::Passed, "s", 0, 0, ""}, soon()));
    look(on.releases(0, soon()));
    look(on.deployments(0, soon()));
    const Changes found = changes_of(on, {{"octo", "shop"}, "", "s", {{"src", "x"}}, {}}, settings,
                                     {2, 3, 1, 2}, soon());
    for (const model::Change& change : found.changes) EXPECT_LE(change.diff.size(), 64U << 10);
}

TEST(MangledAnswers, give_a_value_or_one_sentence_and_bounded_work) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        Mangler mangler(seed);
        test::Github github([&](const auto&, int) { return mangler.answer(); });
        ask_everything(*github.repository, github.client->settings(), mangler);
        EXPECT_LT(github.server.asked.size(), 3000U) << "seed " << seed;
        for (const net::Request& request : github.server.asked)
            EXPECT_TRUE(request.url.starts_with("https://api.github.com/")) << request.url;
    }
}

TEST(MangledAnswers, silence_of_every_kind_is_an_error_of_its_kind) {
    for (const auto kind : {base::ErrorKind::Timeout, base::ErrorKind::Unavailable,
                            base::ErrorKind::TooLarge, base::ErrorKind::Corrupt}) {
        class Dead final : public net::Transport {
          public:
            explicit Dead(base::ErrorKind kind) : kind_(kind) {}
            base::Result<net::Response> send(const net::Request&) override {
                ++asked;
                return base::fail(kind_, "GET https://api.github.com:443 did not work");
            }
            base::Result<net::Response> stream(const net::Request& request,
                                               const net::Sink&) override {
                return send(request);
            }
            int asked = 0;

          private:
            base::ErrorKind kind_;
        } dead(kind);
        test::WaitedClock clock;
        const auto client = *Client::open(test::Github::with_token(), dead, clock, clock.wait());
        const auto repository = client->repository({"octo", "shop"});
        const auto commits = repository->commits({}, base::Deadline::never());
        ASSERT_FALSE(commits);
        EXPECT_EQ(commits.error().kind, kind);
        EXPECT_EQ(dead.asked, 1);
    }
}

}  // namespace
}  // namespace insight::github
