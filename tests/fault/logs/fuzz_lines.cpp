#include "tests/fault/logs/fuzz_lines.h"

#include <cstdio>
#include <cstdlib>

#include "analysis/logs/log_clues.h"
#include "analysis/logs/log_digest.h"

namespace {

using namespace insight;                  // NOLINT: one file, one purpose
using namespace insight::analysis::logs;  // NOLINT

void must(bool promise, const char* what) {
    if (promise) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

constexpr model::Nanos kSecond = 1'000'000'000;
const model::Window kWindow{1000 * kSecond, 1060 * kSecond, 0, 1000 * kSecond};

void digest_lines(const std::vector<std::string_view>& lines) {
    DigestLimits small;
    small.sources = 4;
    small.cells = 24;
    small.miner = {16, 4, 4096};
    for (const DigestLimits& limits : {DigestLimits{}, small}) {
        LogDigest whole(kWindow, {}, limits), front(kWindow, {}, limits), back(kWindow, {}, limits);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::vector<std::pair<std::string_view, std::string_view>> attributes{
                {"service.name", lines[i].substr(0, 2)}};
            const model::LogView view{static_cast<model::Nanos>(i * 7 % 1100) * kSecond,
                                      static_cast<int>(i % 26),
                                      lines[i].substr(0, 5),
                                      lines[i],
                                      lines[i].substr(0, 3),
                                      "",
                                      attributes};
            whole.observe(view);
            (i % 2 == 0 ? front : back).observe(view);
        }
        front.merge(std::move(back));
        const LogSummary a = whole.summary(), b = front.summary();
        std::uint64_t told = 0;
        for (const EntityLogs& entity : a.entities) told += entity.baseline + entity.window;
        must(told + a.dropped + a.outside + a.frames == a.lines, "every line is counted once");
        must(a.lines == b.lines && a.bytes == b.bytes, "a merge loses no line");
        if (limits.sources != small.sources)
            must(a.templates.size() == b.templates.size(), "a merge gives the same templates");

        model::Incident incident;
        incident.window = kWindow;
        const model::Signals signals;
        const analysis::Topology topology{std::vector<model::Edge>{}};
        analysis::Detection detection{model::Scope{}};
        find_log_clues({incident, signals, whole, topology}, detection);
        for (const analysis::Finding& finding : detection.findings)
            must(finding.surprise >= 0 && finding.surprise <= 30 && finding.clue.strength >= 0 &&
                     finding.clue.strength <= 1,
                 "surprise and strength keep their range");
    }
}

}  // namespace

void mine_bytes(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> lines{text};
    std::size_t at = 0;
    while (at < text.size() && lines.size() < 4000) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    const MinerLimits limits{64, 16, 1U << 16};
    TemplateMiner miner(limits);
    for (const std::string_view line : lines) {
        const std::uint32_t shape = miner.add(line);
        must(shape < miner.shapes().size(), "a line has a shape");
        must(miner.add(line) == shape || miner.coarse_lines() > 0, "the same line, the same shape");
    }
    must(miner.shapes().size() <= limits.shapes + limits.coarse_shapes + 1, "shapes are bounded");
    std::uint64_t counted = 0;
    for (const Shape& shape : miner.shapes()) {
        must(shape.text.size() <= 2048, "texts are bounded");
        counted += shape.lines;
    }
    must(counted == 2 * lines.size(), "no line is lost");
    const Templates templates = group_shapes(miner.shapes());
    for (const std::uint32_t index : templates.of_shape)
        must(index < templates.all.size(), "a shape has a template");
    digest_lines(lines);
}
