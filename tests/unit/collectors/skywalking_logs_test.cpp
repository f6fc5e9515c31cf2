#include <gmock/gmock.h>

#include "collectors/skywalking/logs.h"
#include "collectors/skywalking/server_time.h"
#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::kMinute;
using base::kSecond;
using insight::test::Scripted;
using model::Interval;

constexpr base::Nanos kNow = 1'795'262'400 * kSecond;
const Interval kBaseline{kNow - 75 * kMinute, kNow - 15 * kMinute};
const Interval kWindow{kNow - 15 * kMinute, kNow};

// Every service writes a line every `every`; one in 1000 is an error.
struct Logs {
    base::Nanos every = 0;
    std::size_t asked = 0;

    static base::Nanos second(const Json& text) {
        std::tm parts{};
        strptime(text.get<std::string>().c_str(), "%Y-%m-%d %H%M%S", &parts);
        return timegm(&parts) * kSecond;
    }

    [[nodiscard]] Json list(const Json& condition) const {
        const auto size = condition["paging"]["pageSize"].get<std::size_t>();
        const base::Nanos first = second(condition["queryDuration"]["start"]);
        const base::Nanos last = second(condition["queryDuration"]["end"]) + kSecond;
        Json logs = Json::array();
        const base::Nanos newest = (std::min(last, kWindow.end) - 1) / every * every;
        const base::Nanos step = condition.contains("tags") ? 1000 * every : every;
        for (base::Nanos at = newest / step * step; at >= first && logs.size() < size; at -= step) {
            const bool error = at / every % 1000 == 0;
            logs.push_back({{"serviceName", base::text_at(condition, "serviceId", "any")},
                            {"timestamp", at / 1'000'000},
                            {"content", error ? "it broke" : "all is well"},
                            {"tags", {{{"key", "level"}, {"value", error ? "ERROR" : "INFO"}}}}});
        }
        return {{"errorReason", nullptr}, {"logs", logs}};
    }

    net::Response operator()(const net::Request& request, int) {
        ++asked;
        const Json body = Json::parse(request.body);
        Json data = Json::object();
        for (const auto& [name, value] : body["variables"].items())
            data["q" + name.substr(1, name.find('_') - 1)] = list(value);
        return test::json(200, Json{{"data", data}}.dump());
    }
};

struct Read {
    std::vector<model::LogRecord> records;
    model::CoverageRow row;

    // Lines a second that is covered, without the errors beside.
    [[nodiscard]] double rate(const Interval& within) const {
        double seconds = 0;
        double count = 0;
        for (const Interval& one : row.intervals) {
            const base::Nanos from = std::max(one.start, within.start);
            const base::Nanos to = std::min(one.end, within.end);
            if (to > from) seconds += base::to_seconds(to - from);
            for (const model::LogRecord& record : records)
                count += record.time >= from && record.time < to ? 1 : 0;
        }
        return count / seconds;
    }
};

Read read(Logs& server, std::vector<std::string> services, std::size_t most = 4000) {
    Scripted transport([&](const net::Request& request, int i) { return server(request, i); });
    HttpAccess access;
    access.instance = "main";
    access.url = "http://127.0.0.1:12800";
    access.timeout = kMinute;
    Api api(access, transport);
    const auto type = [](const char* name, std::initializer_list<const char*> fields) {
        Json out = {{"name", name}, {"fields", Json::array()}};
        for (const char* field : fields)
            out["fields"].push_back({{"name", field}, {"args", Json::array()}});
        return out;
    };
    Json schema;
    schema["__schema"]["types"] = {type("Log", {"serviceName", "timestamp", "content", "tags"}),
                                   type("LogQueryCondition", {"queryOrder", "tags"})};
    const Features features(schema);
    const LogOrder order{{kBaseline, kWindow}, std::move(services), 0, {}, most};
    std::vector<model::CoverageRow> coverage;
    Read out;
    out.records = read_logs(api, features, Names(), order, "logs/skywalking/main",
                            base::Deadline::after(std::chrono::minutes(1)), coverage);
    EXPECT_EQ(coverage.size(), 1U);
    out.row = coverage.at(0);
    return out;
}

TEST(SkyWalkingLogSample, few_are_read_all) {
    Logs server{20 * kSecond};
    const Read out = read(server, {});
    EXPECT_EQ(out.records.size(), 225U);
    EXPECT_EQ(out.row.outcome, model::Outcome::Answered);
    EXPECT_EQ(out.row.intervals, (std::vector<Interval>{{kBaseline.start, kWindow.end}}));
}

TEST(SkyWalkingLogSample, many_are_sampled_and_no_more_is_claimed_than_was_read) {
    for (const std::size_t services : {1U, 6U})
        for (const base::Nanos every : {kSecond / 2, kSecond / 50, kSecond / 1000}) {
            if (services > 1 && every != kSecond / 50) continue;
            Logs server{every};
            const Read out = read(server, std::vector<std::string>(services, "id"));
            EXPECT_EQ(out.row.outcome, model::Outcome::Truncated);
            EXPECT_LE(out.records.size(), 4000U);
            EXPECT_GT(out.records.size(), 400U);
            const double rate = static_cast<double>(services) * 1e9 / static_cast<double>(every);
            EXPECT_NEAR(out.rate(kBaseline) / rate, 1, 0.15) << services << " " << every;
            EXPECT_NEAR(out.rate(kWindow) / rate, 1, 0.15) << services << " " << every;
            EXPECT_GE(out.row.intervals.size(), 14U);
        }
}

TEST(SkyWalkingLogSample, rare_errors_are_found_beside_the_parts) {
    Logs server{kSecond / 50};
    const Read out = read(server, {});
    std::size_t errors = 0;
    for (const model::LogRecord& record : out.records) errors += record.severity == 17 ? 1 : 0;
    EXPECT_GE(errors, 100U);
}

}  // namespace
}  // namespace insight::collectors::skywalking
