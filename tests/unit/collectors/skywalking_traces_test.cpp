#include "collectors/skywalking/traces.h"

#include <gmock/gmock.h>

#include <set>

#include "collectors/skywalking/server_time.h"
#include "tests/unit/kubernetes_api/scripted.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;
using base::kMinute;
using base::kSecond;
using insight::test::Scripted;
using model::Interval;

constexpr base::Nanos kTracesNow = 1'795'262'400 * kSecond;
const Interval kTracesBaseline{kTracesNow - 75 * kMinute, kTracesNow - 15 * kMinute};
const Interval kTracesWindow{kTracesNow - 15 * kMinute, kTracesNow};

// A server that keeps a trace every `every` seconds, one in ten of them failed.
struct Traces {
    base::Nanos every = 0;
    bool whole = false;  // lists come with spans, as BanyanDB's do
    std::vector<Json> conditions{};
    std::size_t fetched = 0;

    static Json span(base::Nanos start) {
        return {{"traceId", std::to_string(start)},
                {"segmentId", std::to_string(start) + ".a"},
                {"spanId", 0},
                {"parentSpanId", -1},
                {"serviceCode", "shop"},
                {"endpointName", "GET:/"},
                {"type", "Entry"},
                {"startTime", start / 1'000'000},
                {"endTime", start / 1'000'000 + 5}};
    }

    static base::Nanos second(const Json& text) {
        std::tm parts{};
        strptime(text.get<std::string>().c_str(), "%Y-%m-%d %H%M%S", &parts);
        return timegm(&parts) * kSecond;
    }

    Json list(const Json& condition) {
        conditions.push_back(condition);
        const auto size = condition["paging"]["pageSize"].get<std::size_t>();
        const base::Nanos first = second(condition["queryDuration"]["start"]);
        const base::Nanos last = second(condition["queryDuration"]["end"]);
        Json traces = Json::array();
        for (base::Nanos at = kTracesWindow.end - every;
             at >= std::max(first, kTracesBaseline.start - kMinute); at -= every) {
            if (at >= last + kSecond) continue;
            if (condition["traceState"] == "ERROR" && at / every % 10 != 0) continue;
            if (whole)
                traces.push_back({{"spans", {span(at)}}});
            else
                traces.push_back({{"start", std::to_string(at / 1'000'000)},
                                  {"traceIds", {std::to_string(at)}}});
            if (traces.size() >= size) break;
        }
        return {{"traces", traces}};
    }

    net::Response operator()(const net::Request& request, int) {
        const Json body = Json::parse(request.body);
        Json data = Json::object();
        if (body["query"].get<std::string>().find("hasQueryTracesV2Support") != std::string::npos)
            data["hasQueryTracesV2Support"] = whole;
        for (const auto& [name, value] : body["variables"].items()) {
            Json& out = data["q" + name.substr(1, name.find('_') - 1)];
            if (value.is_object()) {
                out = list(value);
            } else {
                ++fetched;
                out = {{"spans", {span(std::stoll(value.get<std::string>()))}}};
            }
        }
        return test::json(200, Json{{"data", data}}.dump());
    }
};

struct TracesRead {
    std::vector<model::Span> spans;
    model::CoverageRow row;

    // Of those that began within what the row covers.
    [[nodiscard]] std::size_t covered(const Interval& within) const {
        std::set<std::string> traces;
        for (const model::Span& span : spans)
            for (const Interval& one : row.intervals)
                if (span.start >= std::max(one.start, within.start) &&
                    span.start < std::min(one.end, within.end))
                    traces.insert(span.trace_id);
        return traces.size();
    }
    [[nodiscard]] double seconds(const Interval& within) const {
        double out = 0;
        for (const Interval& one : row.intervals)
            out += base::to_seconds(std::max<base::Nanos>(
                0, std::min(one.end, within.end) - std::max(one.start, within.start)));
        return out;
    }
};

TracesRead read(Traces& server, std::size_t most = 400) {
    Scripted transport([&](const net::Request& request, int i) { return server(request, i); });
    HttpAccess access;
    access.instance = "main";
    access.url = "http://127.0.0.1:12800";
    access.timeout = kMinute;
    Api api(access, transport);
    Json query = {{"name", "Query"}, {"fields", Json::array()}};
    if (server.whole)
        query["fields"].push_back({{"name", "hasQueryTracesV2Support"}, {"args", Json::array()}});
    Json schema;
    schema["__schema"]["types"] = Json::array({query});
    const Features features(schema);
    TraceOrder order{{kTracesBaseline, kTracesWindow}, "c2hvcA==.1", 0, {}, {}};
    order.limits.traces = most;
    std::vector<model::CoverageRow> coverage;
    TracesRead out;
    out.spans = read_traces(api, features, Names(), order, "skywalking/main/spans",
                            base::Deadline::after(std::chrono::minutes(1)), coverage);
    EXPECT_EQ(coverage.size(), 1U);
    out.row = coverage.at(0);
    return out;
}

TEST(SkyWalkingTraces, few_are_read_all_and_all_is_covered) {
    Traces server{30 * kSecond};
    const TracesRead out = read(server);
    EXPECT_EQ(out.spans.size(), 150U);
    EXPECT_EQ(server.fetched, 150U) << "each trace once, in however many lists it is";
    EXPECT_EQ(out.row.outcome, model::Outcome::Answered);
    EXPECT_EQ(out.row.intervals,
              (std::vector<Interval>{{kTracesBaseline.start, kTracesWindow.end}}));
    for (const Json& condition : server.conditions) EXPECT_EQ(condition["serviceId"], "c2hvcA==.1");
}

TEST(SkyWalkingTraces, many_are_sampled_so_that_rates_can_be_compared) {
    for (const bool whole : {false, true}) {
        Traces server{kSecond / 2, whole};
        const TracesRead out = read(server);
        EXPECT_EQ(out.row.outcome, model::Outcome::Truncated);
        EXPECT_GT(out.spans.size(), 200U);
        EXPECT_LT(out.spans.size(), 600U);
        for (const Interval& part : {kTracesBaseline, kTracesWindow}) {
            ASSERT_GT(out.seconds(part), 8) << whole;
            EXPECT_NEAR(static_cast<double>(out.covered(part)) / out.seconds(part), 2, 0.01)
                << "every trace that began there was read";
        }
        EXPECT_EQ(server.fetched > 0, !whole) << "lists with spans need no second question";
        // parts of the window are spread, and reach its end
        EXPECT_GE(out.row.intervals.size(), 12U);
        EXPECT_EQ(out.row.intervals.back().end, kTracesWindow.end);
    }
}

TEST(SkyWalkingTraces, the_slowest_and_failed_of_both_intervals_are_asked_for_alike) {
    Traces server{kSecond / 2};
    read(server, 200);
    std::map<std::string, std::size_t> sizes;
    for (const Json& condition : server.conditions) {
        const std::string kind = condition["traceState"].get<std::string>() + " " +
                                 condition["queryOrder"].get<std::string>();
        if (kind != "ALL BY_START_TIME") sizes[kind] += condition["paging"]["pageSize"].get<int>();
    }
    EXPECT_EQ(sizes["ALL BY_DURATION"], 20U);
    EXPECT_EQ(sizes["ERROR BY_START_TIME"], 20U);
}

TEST(SkyWalkingTraces, a_burst_narrows_what_a_full_page_covers) {
    // 100 a second: a list of 200 segments holds two seconds
    Traces server{kSecond / 100};
    const TracesRead out = read(server, 100);
    for (const Interval& part : {kTracesBaseline, kTracesWindow})
        if (const double seconds = out.seconds(part); seconds > 0) {
            EXPECT_NEAR(static_cast<double>(out.covered(part)) / seconds, 100, 1);
        }
    EXPECT_LE(server.fetched, 200U);
    EXPECT_GE(out.row.intervals.size(), 14U) << "a little of every part, not all of a few";
}

}  // namespace
}  // namespace insight::collectors::skywalking
