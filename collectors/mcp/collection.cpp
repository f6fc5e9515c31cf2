#include "collectors/mcp/collection.h"

#include <fmt/format.h>

#include "collectors/mcp/drift.h"
#include "core/base/side_by_side.h"
#include "core/base/text.h"

namespace insight::collectors::mcp {
namespace {

using insight::mcp::Tool;

// calls at a time; many servers do one after the other anyway
constexpr std::size_t kWidth = 4;
constexpr std::chrono::milliseconds kMargin{100};  // for turning answers into rows

// A call may use what is left but for what its answer takes to be read.
base::Deadline before(base::Deadline deadline) {
    const auto left = deadline.remaining();
    return deadline.sooner(left > 2 * kMargin ? left - kMargin : left / 2);
}

}  // namespace

Collection::Collection(insight::mcp::Client& client, const std::vector<Call>& calls,
                       const RowMaker& make, const Surroundings& around, const Request& request)
    : client_(client),
      calls_(calls),
      make_(make),
      around_(around),
      request_(request),
      now_(around.clock.now()) {}

base::Error Collection::told(const base::Error& error, bool complaint) const {
    const auto& endpoint = client_.endpoint();
    base::Error out{error.kind, endpoint.shown(error.message, 600),
                    endpoint.shown(error.cause, 300)};
    if (!complaint || !out.cause.empty()) return out;
    const std::string words = base::one_line(client_.complaint());
    if (!words.empty())
        out.cause =
            "its standard error ends: " +
            base::clean_utf8(words.substr(words.size() - std::min<std::size_t>(words.size(), 300)));
    return out;
}

void Collection::add(const Filled& filled, const std::function<void(Coverage&)>& row) {
    Coverage coverage("mcp/" + make_.instance, filled.intervals);
    row(coverage);
    for (auto& one : coverage.take()) out_.coverage.push_back(std::move(one));
}

// What is refused, and what is not what it was, belongs to the coverage statement.
void Collection::list(const insight::mcp::ToolList& offered) {
    std::string refused;
    std::size_t count = 0;
    for (const Tool& tool : offered.tools) {
        if (tool.usable()) continue;
        if (++count <= 8)
            refused +=
                fmt::format("{}{} ({})", refused.empty() ? "" : ", ", tool.name, tool.refused);
    }
    std::string note = count == 0 ? "" : fmt::format("{} not used: {}", count, refused);
    if (count > 8) note += ", …";
    if (offered.nameless > 0)
        note =
            fmt::format("{} of its items have no name to call them by; {}", offered.nameless, note);
    const base::Nanos from =
        request_.window.baseline_start > 0 ? request_.window.baseline_start : request_.window.start;
    if (around_.samples) {
        auto changes = drift(make_.instance, around_.samples(from, request_.window.end),
                             digests_of(offered), now_);
        if (!changes.empty())
            note = fmt::format("{} tools changed, came or went since the baseline began; {}",
                               changes.size(), note);
        for (auto& change : changes) out_.changes.push_back(std::move(change));
    }
    const std::size_t read = offered.tools.size();
    add({}, [&](Coverage& coverage) {
        if (offered.cut.empty())
            coverage.answered("tools/list", read, note);
        else
            coverage.truncated("tools/list", read, fmt::format("{}; {}", offered.cut, note));
    });
}

void Collection::make_call(const Filled& filled) {
    const std::string query = client_.endpoint().hide(query_of(filled));
    // A call with a hole where the service should be would ask about everything, or run into an
    // error that looks like the server's.
    if (!filled.missing.empty()) {
        const std::lock_guard lock(mutex_);
        return add(filled, [&](Coverage& coverage) {
            coverage.skipped(query, model::Outcome::Empty,
                             fmt::format("not asked: this incident names no {} that can be put "
                                         "into the call",
                                         filled.missing));
        });
    }
    const auto deadline =
        before(request_.deadline).sooner(std::chrono::nanoseconds(filled.call->timeout));
    auto result = client_.call(filled.call->tool, filled.arguments, deadline);
    const std::lock_guard lock(mutex_);
    if (!result)
        return add(filled, [&](Coverage& coverage) {
            coverage.failed(query, told(result.error(), false));
        });
    if (result->failed) {
        std::string words;
        for (const std::string& text : result->texts) words += text + " ";
        const base::Error error{
            base::ErrorKind::Unavailable,
            fmt::format("the tool {} of the MCP server {} failed: {}", filled.call->tool,
                        make_.instance, client_.endpoint().shown(words, 400))};
        return add(filled, [&](Coverage& coverage) { coverage.failed(query, error); });
    }
    // Under the lock, since all calls of the window draw on one budget.
    Evidence evidence = evidence_of(filled, std::move(*result), client_.endpoint(), make_, now_,
                                    request_.window, budget_);
    const std::size_t count = evidence.rows.size() + evidence.logs.size();
    const std::string note = fmt::format("{}", fmt::join(evidence.notes, "; "));
    add(filled, [&](Coverage& coverage) {
        if (evidence.truncated)
            coverage.truncated(query, count, note);
        else
            coverage.answered(query, count, note);
    });
    for (auto& row : evidence.rows) out_.databases.push_back(std::move(row));
    for (auto& record : evidence.logs) out_.logs.push_back(std::move(record));
}

model::Signals Collection::run() {
    if (calls_.empty()) {
        add({}, [&](Coverage& coverage) {
            coverage.skipped("", model::Outcome::Empty,
                             fmt::format("no calls are declared below mcpServers.{}.calls: its "
                                         "tools wait for questions",
                                         make_.instance));
        });
        // Nothing was asked of the server, so it is not missing from the report either.
        out_.coverage.back().asked = false;
        return std::move(out_);
    }
    const auto opened = client_.open(before(request_.deadline));
    if (!opened) {
        add({},
            [&](Coverage& coverage) { coverage.failed("initialize", told(opened.error(), true)); });
        return std::move(out_);
    }
    // Always asked: what may be called is judged by the list of now, not of yesterday.
    const auto tools = client_.tools(before(request_.deadline));
    if (!tools) {
        add({},
            [&](Coverage& coverage) { coverage.failed("tools/list", told(tools.error(), true)); });
        return std::move(out_);
    }
    list(*tools);
    const auto filled = fill(calls_, request_, make_.scope);
    base::side_by_side(filled.size(), kWidth, [&](std::size_t i) { make_call(filled[i]); });
    return std::move(out_);
}

}  // namespace insight::collectors::mcp
