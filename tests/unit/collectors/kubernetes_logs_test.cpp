// Which lines of containers are read and kept: both ends of the incident, the end of the baseline,
// and never more than the budget.
#include <gmock/gmock.h>

#include "collectors/kubernetes/container_logs.h"
#include "collectors/kubernetes/log_stretches.h"
#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::kSecond;
using base::Nanos;
using insight::kubernetes::LogLine;
using model::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Nanos kNow = 1'770'000'000 * kSecond;
constexpr model::Window kWindow{kNow - 900 * kSecond, kNow, kNow - 4500 * kSecond,
                                kNow - 900 * kSecond};

LogStretch stretch(std::int64_t from, std::int64_t to, std::int64_t step) {
    LogStretch out{{kNow + from * kSecond, kNow + to * kSecond}, {}};
    for (std::int64_t at = from; at < to; at += step)
        out.lines.push_back({kNow + at * kSecond, std::to_string(at)});
    return out;
}

std::vector<std::int64_t> bounds(const std::vector<LogStretch>& stretches) {
    std::vector<std::int64_t> out;
    for (const LogStretch& one : stretches) {
        out.push_back((one.interval.start - kNow) / kSecond);
        out.push_back((one.interval.end - kNow) / kSecond);
    }
    return out;
}

TEST(LogStretches, what_fits_stays_as_it_is) {
    EXPECT_THAT(bounds(shortened({stretch(-4500, 0, 10)}, kWindow, 450)), ElementsAre(-4500, 0));
}

TEST(LogStretches, the_baseline_keeps_its_end_and_the_incident_both_of_its_ends) {
    const auto kept = shortened({stretch(-4500, 0, 1)}, kWindow, 400);
    EXPECT_EQ(lines_of(kept), 400U);
    EXPECT_THAT(bounds(kept), ElementsAre(-1000, -900, -900, -750, -150, 0));
    for (const LogStretch& one : kept)
        for (const LogLine& line : one.lines) {
            EXPECT_GE(line.time, one.interval.start);
            EXPECT_LE(line.time, one.interval.end);
        }
}

TEST(LogStretches, what_the_incident_does_not_need_is_the_baselines) {
    const auto kept = shortened({stretch(-4500, -900, 1), stretch(-900, 0, 100)}, kWindow, 400);
    EXPECT_EQ(lines_of(kept), 400U);
    EXPECT_THAT(bounds(kept), ElementsAre(-1291, -900, -900, 0));
}

TEST(LogStretches, shares_are_even_and_never_more_than_there_is) {
    EXPECT_THAT(even_shares({10, 5000, 0, 9000}, 1000), ElementsAre(10, 495, 0, 495));
    EXPECT_THAT(even_shares({10, 20}, 1000), ElementsAre(10, 20));
    EXPECT_THAT(even_shares({9, 9, 9}, 10), ElementsAre(3, 3, 4));
    EXPECT_TRUE(even_shares({}, 10).empty());
}

// A kubelet that serves what a container wrote, as the API does: forwards from a time, up to a
// number of bytes, or the last lines.
class Kubelet {
  public:
    // One line a second, `bytes` long with its time, from `from` to `to` seconds after now.
    Kubelet(std::int64_t from, std::int64_t to, std::size_t bytes) {
        for (std::int64_t at = from; at < to; ++at) {
            std::string line =
                base::format_rfc3339(kNow + at * kSecond) + " line" + std::to_string(at) + " ";
            line.resize(bytes - 1, 'x');
            lines_.emplace_back(kNow + at * kSecond, line + "\n");
        }
    }

    net::Response answer(const net::Request& request) const {
        const auto value = [&](const std::string& key) {
            const std::size_t at = request.url.find(key + "=");
            if (at == std::string::npos) return std::string();
            const std::size_t begin = at + key.size() + 1;
            return request.url.substr(begin, request.url.find('&', begin) - begin);
        };
        std::string since = value("sinceTime");
        for (std::size_t at = since.find("%3A"); at != std::string::npos; at = since.find("%3A"))
            since.replace(at, 3, ":");
        const Nanos from = since.empty() ? 0 : base::parse_rfc3339(since).value();
        std::size_t first = 0;
        if (const std::string tail = value("tailLines"); !tail.empty())
            first = lines_.size() - std::min(lines_.size(), std::stoul(tail));
        std::string body;
        for (std::size_t i = first; i < lines_.size(); ++i)
            if (lines_[i].first >= from) body += lines_[i].second;
        return {
            200, {{"Content-Type", "text/plain"}}, body.substr(0, std::stoul(value("limitBytes")))};
    }

  private:
    std::vector<std::pair<Nanos, std::string>> lines_;
};

Json pod(const std::string& name) {
    return {{"kind", "Pod"},
            {"metadata", {{"name", name}, {"namespace", "shop"}, {"uid", name}}},
            {"spec", {{"containers", {{{"name", "app"}}}}}},
            {"status",
             {{"phase", "Running"},
              {"containerStatuses",
               {{{"name", "app"}, {"ready", true}, {"state", {{"running", Json::object()}}}}}}}}};
}

struct Reading {
    LogOutcome read(const Kubelet& kubelet, LogLimits limits, int pods = 1,
                    Nanos now = kNow + kSecond) {
        test::Scripted transport(
            [&](const net::Request& request, int) { return kubelet.answer(request); });
        const base::SystemClock clock;
        insight::kubernetes::Access access;
        access.server = "https://cluster.example";
        insight::kubernetes::Client client("main", access, transport, clock, 10 * kSecond);
        std::vector<Json> objects;
        for (int i = 0; i < pods; ++i) objects.push_back(pod("web-" + std::to_string(i)));
        const Estate estate(objects, {});
        std::size_t left_out = 0;
        const auto chosen = choose_containers(estate, kWindow.baseline_start, limits, left_out);
        LogOutcome out = read_containers(client, estate, chosen, kWindow, limits, "", now,
                                         base::Deadline::after(std::chrono::seconds(20)));
        requests = transport.urls.size();
        return out;
    }
    std::size_t requests = 0;
};

std::vector<std::int64_t> seconds(const model::CoverageRow& row) {
    std::vector<std::int64_t> out;
    for (const model::Interval& one : row.intervals) {
        out.push_back((one.start - kNow) / kSecond);
        out.push_back((one.end - kNow) / kSecond);
    }
    return out;
}

TEST(ContainerLogs, a_quiet_container_is_one_request_and_whole) {
    Reading reading;
    const LogOutcome out = reading.read(Kubelet(-4500, 0, 50), LogLimits{});
    EXPECT_EQ(reading.requests, 1U);
    ASSERT_EQ(out.coverage.size(), 1U);
    EXPECT_EQ(out.coverage[0].outcome, Outcome::Answered);
    EXPECT_THAT(seconds(out.coverage[0]), ElementsAre(-4500, 0));
    EXPECT_EQ(out.records.size(), 4500U);
}

TEST(ContainerLogs, of_a_talkative_container_the_last_words_are_there) {
    LogLimits limits;
    limits.bytes_a_slice = 20'000;  // 100 lines
    Reading reading;
    const LogOutcome out = reading.read(Kubelet(-4500, 0, 200), limits);
    EXPECT_EQ(reading.requests, 3U);
    EXPECT_THAT(out.records.back().body, HasSubstr("line-1 "));
    EXPECT_EQ(out.coverage[0].outcome, Outcome::Truncated);
    const auto covered = seconds(out.coverage[0]);
    ASSERT_EQ(covered.size(), 6U);
    EXPECT_EQ(covered[0], -4500);
    EXPECT_EQ(covered[2], -900);
    EXPECT_LT(covered[3], covered[4]) << "the middle is not called covered";
    EXPECT_EQ(covered[5], 0);
}

TEST(ContainerLogs, of_a_window_long_over_the_end_is_found_by_the_pace) {
    LogLimits limits;
    limits.bytes_a_slice = 20'000;
    Reading reading;
    // it writes to this day: its last lines are of another time
    const LogOutcome out =
        reading.read(Kubelet(-4500, 8000, 200), limits, 1, kNow + 8000 * kSecond);
    EXPECT_EQ(reading.requests, 3U);
    EXPECT_EQ(seconds(out.coverage[0]).back(), 0);
    EXPECT_THAT(out.records.back().body, HasSubstr("line0 "));
    for (const auto& record : out.records) EXPECT_LE(record.time, kWindow.end);
}

TEST(ContainerLogs, all_together_never_have_more_lines_than_allowed) {
    LogLimits limits;
    limits.lines = 1000;
    Reading reading;
    const LogOutcome out = reading.read(Kubelet(-1500, 0, 50), limits, 20);
    EXPECT_EQ(out.records.size(), 1000U);
    ASSERT_EQ(out.coverage.size(), 20U);
    for (const auto& row : out.coverage) {
        EXPECT_EQ(row.count, 50);
        EXPECT_EQ(row.outcome, Outcome::Truncated);
        EXPECT_THAT(row.note, HasSubstr("logLines (1000)"));
    }
}

}  // namespace
}  // namespace insight::collectors::kubernetes
