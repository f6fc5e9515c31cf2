// Alerts, deliveries and a store in a folder of its own, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/crypto.h"
#include "core/store/store.h"

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

}  // namespace insight::store
