// Alerts, deliveries, and the stores that every test of this room is run against.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/crypto.h"
#include "core/store/store.h"
#include "tests/unit/store/postgres_server.h"

namespace insight::store {

constexpr base::Nanos kStart = 1'700'000'000 * base::kSecond;

// A folder that is gone after the test.
class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("store-" + base::random_hex(8))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] std::string url() const { return "sqlite://" + file("insight.db"); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline model::Alert firing(const std::string& fingerprint, base::Nanos starts_at = kStart) {
    model::Alert alert;
    alert.fingerprint = fingerprint;
    alert.labels = {{"alertname", "High"}, {"cluster", "eu"}, {"namespace", "shop"}};
    alert.annotations = {{"summary", "it is \"high\" \xc3\xa9\n"}};
    alert.starts_at = starts_at;
    alert.generator_url = "http://prometheus/graph?g0.expr=up";
    return alert;
}

inline model::Alert resolved(const std::string& fingerprint, base::Nanos starts_at = kStart,
                             base::Nanos ends_at = kStart + base::kHour) {
    model::Alert alert = firing(fingerprint, starts_at);
    alert.status = model::AlertStatus::Resolved;
    alert.ends_at = ends_at;
    return alert;
}

inline model::Delivery delivery(const std::string& group, std::vector<model::Alert> alerts,
                                base::Nanos received_at = kStart + base::kMinute) {
    model::Delivery out;
    out.group_key = group;
    out.alerts = std::move(alerts);
    out.received_at = received_at;
    return out;
}

inline std::unique_ptr<Store> opened(const std::string& url) {
    auto store = open_store(url);
    if (store) return std::move(*store);
    ADD_FAILURE() << store.error().text();
    return nullptr;
}

// The kinds of store there are. What holds for one of them holds for all.
enum class On { Memory, File, Postgres };

inline std::string name_of(On kind) {
    switch (kind) {
        case On::Memory:
            return "Memory";
        case On::File:
            return "File";
        case On::Postgres:
            return "Postgres";
    }
    return "";
}

inline std::string kind_name(const testing::TestParamInfo<On>& kind) {
    return name_of(kind.param);
}

inline void PrintTo(On kind, std::ostream* out) {
    *out << name_of(kind);
}

// A test that is run against each of them.
class EachStore : public testing::TestWithParam<On> {
  protected:
    void SetUp() override {
        if (GetParam() == On::Memory) {
            url_ = "sqlite:";
        } else if (GetParam() == On::File) {
            url_ = folder_.url();
        } else {
            const auto server = PostgresServer::shared();
            if (!server && server.error().kind == base::ErrorKind::NotFound)
                GTEST_SKIP() << server.error().message;
            ASSERT_TRUE(server) << server.error().text();
            url_ = (*server)->url("t_" + base::random_hex(8));
        }
    }
    [[nodiscard]] const std::string& url() const { return url_; }
    // The same store again, as a second process would open it; not in memory.
    [[nodiscard]] std::unique_ptr<Store> open() const { return opened(url_); }

  private:
    Folder folder_;
    std::string url_;
};

// The same with one store that is open already.
class OpenStore : public EachStore {
  protected:
    void SetUp() override {
        EachStore::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        store_ = open();
        ASSERT_TRUE(store_);
    }
    std::unique_ptr<Store> store_;
};

#define INSIGHT_ON_EACH_STORE(suite)                                                           \
    INSTANTIATE_TEST_SUITE_P(Each, suite, testing::Values(On::Memory, On::File, On::Postgres), \
                             kind_name)
// Those that outlive a process, and are seen by several.
#define INSIGHT_ON_SHARED_STORES(suite) \
    INSTANTIATE_TEST_SUITE_P(Shared, suite, testing::Values(On::File, On::Postgres), kind_name)

}  // namespace insight::store
