// A scan through the store: the worker writes its health, the next one knows it.
#include "agent/scan.h"

#include <gtest/gtest.h>

#include "agent/scan_request.h"
#include "agent/workers.h"
#include "core/net/transport.h"

namespace insight::agent {
namespace {

class ScanTest : public testing::Test {
  protected:
    ScanTest() {
        store_ = std::move(*store::open_store("sqlite:"));
        transport_ = net::make_transport(net::Adapter::Curl);
        sources_ = std::move(*Sources::open(config_, *transport_, clock_, store_.get()));
    }

    std::string scanned() {
        const auto incident = scan_incident({}, clock_.now());
        EXPECT_TRUE(store_->open_scan(*incident, {}));
        Workers workers(*store_, *sources_, clock_, config_.pipeline);
        workers.start();
        for (int i = 0; i < 500; ++i) {
            const auto row = store_->incident(incident->id);
            if (row && row->incident.state != model::IncidentState::Open) return incident->id;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "no report within five seconds";
        return incident->id;
    }

    base::SystemClock clock_;
    config::Config config_ = config::defaults();
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<Sources> sources_;
};

TEST_F(ScanTest, has_its_health_in_the_stored_report_and_names_the_one_before) {
    const std::string first = scanned();
    const std::string second = scanned();
    const auto report = base::parse_json(*store_->report(second), "report");
    ASSERT_TRUE(report);
    EXPECT_EQ((*report)["health"]["previous"], first);
    EXPECT_EQ((*report)["health"]["score"], 100);
    EXPECT_EQ((*report)["incident"]["origin"], "scan");
    EXPECT_EQ(store_->scans({})->at(0).incident, second);
    EXPECT_FALSE(store_->incident(second)->summary.empty());
}

TEST_F(ScanTest, knows_suppressions_of_store_and_configuration) {
    model::Suppression one;
    one.id = "sup-1";
    one.entity = "a";
    one.owner = "ana";
    one.reason = "known";
    one.expires_at = 5;
    ASSERT_TRUE(store_->put_suppression(one));
    config_.suppressions = {{{"area", "disk"},
                             {"owner", "ben"},
                             {"reason", "moving"},
                             {"expires", "2030-01-01T00:00:00Z"}}};
    const auto configured = suppressions_of(config_);
    ASSERT_TRUE(configured);
    const auto before = before_scan(*store_, *scan_incident({}, clock_.now()), *configured, 7);
    ASSERT_EQ(before.suppressions.size(), 2U);
    EXPECT_TRUE(before.suppressions[0].configured);
    EXPECT_EQ(before.suppressions[1].owner, "ana");
    EXPECT_TRUE(store_->drop_suppression("sup-1"));
    EXPECT_FALSE(store_->drop_suppression("sup-1"));
    config_.suppressions[0].erase("owner");
    EXPECT_FALSE(suppressions_of(config_));
}

}  // namespace
}  // namespace insight::agent
