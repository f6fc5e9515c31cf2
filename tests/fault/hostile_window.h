// One collection from one source whose counterpart misbehaves, with what holds for every such one:
// it ends, in bounded memory, with rows that say why, and without our secrets in them.
#pragma once

#include <gmock/gmock.h>

#include "collectors/collector.h"
#include "tests/fault/net/conformance.h"

namespace insight::test {

using model::Outcome;
using std::chrono::milliseconds;
using testing::HasSubstr;

// A request may take far longer than the window: only the window's own deadline ends it. What does
// not end at all fails; how busy the machine is decides nothing.
constexpr milliseconds kWindow{1500};
constexpr std::chrono::seconds kHangs{25};
// Every secret of these suites has kUnspeakable in it.
constexpr const char* kSecret = "sesame-sesame";
constexpr const char* kUnspeakable = "sesame";

class HostileWindow {
  public:
    explicit HostileWindow(net::Adapter adapter = net::Adapter::Cpprest)
        : transport_(net::make_transport(adapter)) {}

    std::unique_ptr<collectors::Source> open(const char* source, base::Json settings,
                                             std::map<std::string, base::Secret> secrets = {}) {
        if (!settings.contains("timeout")) settings["timeout"] = "30s";
        auto opened = collectors::find(source)->open(
            config::Instance("main", std::move(settings), std::move(secrets)),
            {*transport_, clock_,
             [](base::Nanos, base::Nanos) { return std::vector<store::Sample>{}; }});
        EXPECT_TRUE(opened) << opened.error().text();
        return std::move(*opened);
    }

    model::Signals collect(collectors::Source& source) {
        const base::Nanos now = clock_.now();
        const model::Window window{now - span, now, now - base::kHour, now - span};
        const MemoryGrowth growth;
        const auto began = std::chrono::steady_clock::now();
        model::Signals out = source.collect({incident, window, base::Deadline::after(limit)});
        EXPECT_LT(std::chrono::steady_clock::now() - began, kHangs);
        EXPECT_LT(growth.mebibytes(), MemoryGrowth::allowed());
        EXPECT_FALSE(out.coverage.empty());
        for (const auto& row : out.coverage) {
            EXPECT_THAT(row.note, testing::Not(HasSubstr(kUnspeakable)));
            EXPECT_TRUE(row.outcome == Outcome::Answered || row.outcome == Outcome::Empty ||
                        !row.note.empty())
                << row.query;
        }
        return out;
    }

    static std::size_t count(const model::Signals& signals, Outcome outcome) {
        return static_cast<std::size_t>(
            std::count_if(signals.coverage.begin(), signals.coverage.end(),
                          [&](const auto& row) { return row.outcome == outcome; }));
    }

    // The row of a request, by how its query begins; an empty one when there is none.
    static model::CoverageRow row_of(const model::Signals& signals, std::string_view query) {
        for (const auto& row : signals.coverage)
            if (row.query.starts_with(query)) return row;
        return {};
    }

    model::Incident incident;
    milliseconds limit{kWindow};      // what the window may take
    base::Nanos span{base::kMinute};  // what it asks about, up to now

  private:
    base::SystemClock clock_;
    std::unique_ptr<net::Transport> transport_;
};

}  // namespace insight::test
