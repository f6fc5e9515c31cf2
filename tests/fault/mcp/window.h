// One window of an MCP server that misbehaves, and what holds for all of them.
#pragma once

#include <gmock/gmock.h>

#include "collectors/collector.h"
#include "tests/fault/net/conformance.h"

namespace insight::test {

class McpWindow {
  public:
    explicit McpWindow(net::Adapter adapter = net::Adapter::Cpprest)
        : transport_(net::make_transport(adapter)) {}

    static constexpr std::chrono::milliseconds kWindow{2500};
    // Far beyond the window: what does not end at all fails; how busy the machine is decides
    // nothing.
    static constexpr std::chrono::seconds kHangs{25};

    std::unique_ptr<collectors::Source> open(base::Json settings) {
        auto source = collectors::find("mcp")->open(
            config::Instance("trial", std::move(settings), {}),
            {*transport_, clock_,
             [](base::Nanos, base::Nanos) { return std::vector<store::Sample>{}; }});
        EXPECT_TRUE(source) << source.error().text();
        return source ? std::move(*source) : nullptr;
    }

    model::Signals collect(collectors::Source& source, std::chrono::milliseconds length = kWindow) {
        const base::Nanos now = clock_.now();
        const model::Window window{now - base::kMinute, now, now - base::kHour,
                                   now - base::kMinute};
        const MemoryGrowth growth;
        const auto began = std::chrono::steady_clock::now();
        model::Signals out = source.collect({incident_, window, base::Deadline::after(length)});
        EXPECT_LT(std::chrono::steady_clock::now() - began, kHangs);
        EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
        EXPECT_FALSE(out.coverage.empty());
        for (const auto& row : out.coverage) {
            EXPECT_THAT(row.note, testing::Not(testing::HasSubstr("sesame")));
            EXPECT_TRUE(row.outcome == model::Outcome::Answered ||
                        row.outcome == model::Outcome::Empty || !row.note.empty())
                << row.query;
        }
        return out;
    }

    // The row of a request, by how its query begins; an empty one when there is none.
    static model::CoverageRow row(const model::Signals& signals, std::string_view query) {
        for (const auto& one : signals.coverage)
            if (one.query.starts_with(query)) return one;
        return {};
    }

  private:
    base::SystemClock clock_;
    std::unique_ptr<net::Transport> transport_;
    model::Incident incident_;
};

}  // namespace insight::test
