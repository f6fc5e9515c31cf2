// A store that cannot be written: the sender is told to come back, and nothing is acknowledged that
// is not kept.
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

class FullDisk : public LiveServer {
  protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "full-disk-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        open();
        ::signal(SIGXFSZ, SIG_IGN);
    }
    void TearDown() override {
        limit_files(RLIM_INFINITY);
        server.reset();
        store.reset();
        std::filesystem::remove_all(folder);
    }
    void open() {
        auto opened = store::open_store("sqlite://" + folder + "/insight.db");
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        store = std::move(*opened);
    }
    static void limit_files(rlim_t bytes) {
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    static std::string delivery(int number) {
        std::string body = sample("grouped.json");
        const std::string key = "{}:{alertname";
        return body.replace(body.find(key), key.size(), key + std::to_string(number));
    }

    std::string folder;
};

TEST_F(FullDisk, answers_503_with_retry_after_and_loses_nothing_it_acknowledged) {
    start();
    std::vector<std::string> acknowledged;
    const auto send_one = [&](int number) {
        const Answer answer = deliver(delivery(number));
        if (answer.status == 200)
            acknowledged.push_back(data(answer)["incidents"][0].get<std::string>());
        return answer;
    };
    EXPECT_EQ(send_one(0).status, 200);
    EXPECT_EQ(get("/readyz").status, 200);

    limit_files(64U << 10);
    Answer refused;
    for (int i = 1; i < 200 && refused.status != 503; ++i) refused = send_one(i);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "5");
    EXPECT_NE(message(refused).find("send them again"), std::string::npos);
    EXPECT_TRUE(eventually([this] { return get("/readyz").status == 503; }));
    EXPECT_EQ(get("/healthz").status, 200) << "the process itself is well";
    const Answer question = send("POST", "/api/v1/analyze", "", R"({"question":"why"})");
    EXPECT_EQ(question.status, 503);
    EXPECT_TRUE(question.headers.contains("retry-after"));

    limit_files(RLIM_INFINITY);
    EXPECT_TRUE(eventually([&] { return send_one(500).status == 200; }));
    EXPECT_TRUE(eventually([this] { return get("/readyz").status == 200; }));
    server.reset();
    store.reset();
    open();
    for (const std::string& id : acknowledged) EXPECT_TRUE(store->incident(id).has_value()) << id;
}

}  // namespace
}  // namespace insight::http::test
