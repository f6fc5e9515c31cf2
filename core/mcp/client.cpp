#include "core/mcp/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/mcp/http_wire.h"
#include "core/mcp/stdio_wire.h"

namespace insight::mcp {
namespace {

using base::Deadline;
using base::ErrorKind;
using base::fail;
using base::Json;
using base::Result;
using std::chrono::seconds;

constexpr int kMostPages = 20;  // a server that always knows one more page ends here
constexpr std::size_t kMostCursor = 4096;
constexpr int kMostSilences = 2;  // once may be a slow tool
// As long as one chain of questions; a server whose tools change says so besides.
constexpr seconds kToolsKept{60};
constexpr int kMostWaiting = 6;  // doublings of a second between failed starts

void abandon(const std::shared_ptr<Wire>& wire) {
    if (auto* program = dynamic_cast<StdioWire*>(wire.get())) program->abandon();
}

}  // namespace

Client::Client(Endpoint endpoint, net::Transport& transport)
    : endpoint_(std::move(endpoint)), transport_(transport) {}

Client::~Client() = default;

std::string Client::complaint() const {
    const std::lock_guard lock(mutex_);
    const std::string now = wire_ ? wire_->complaint() : "";
    return now.empty() ? last_complaint_ : now;
}

Result<std::shared_ptr<Wire>> Client::make_wire() {
    if (!endpoint_.url.empty()) return std::make_shared<HttpWire>(endpoint_, transport_);
    auto wire = StdioWire::start(endpoint_);
    if (!wire) return fail(std::move(wire.error()));
    return std::shared_ptr<Wire>(std::move(*wire));
}

// Two programs at most: one that the first question killed, or that has decided for the other era,
// gets a second life with the older handshake.
Result<Client::Opened> Client::start(Deadline deadline) {
    auto wire = make_wire();
    if (!wire) return fail(std::move(wire.error()));
    // With the era it was found to speak before, where it was.
    auto greeting = greet(**wire, endpoint_.name, era_, deadline);
    const bool other = !greeting && (greeting.error().kind == ErrorKind::Conflict ||
                                     (era_ == Era::Unknown && !(*wire)->usable()));
    if (other) {
        abandon(*wire);
        wire = make_wire();
        if (!wire) return fail(std::move(wire.error()));
        greeting = greet(**wire, endpoint_.name, Era::Handshake, deadline);
    }
    if (!greeting) {
        std::string words = (*wire)->complaint();
        abandon(*wire);
        era_ = Era::Unknown;
        const std::lock_guard lock(mutex_);
        last_complaint_ = std::move(words);
        return fail(std::move(greeting.error()));
    }
    era_ = greeting->era;
    return Opened{std::move(*wire), std::move(*greeting)};
}

Result<Client::Opened> Client::opened(Deadline deadline) {
    const std::unique_lock opening(opening_, deadline.point());
    if (!opening.owns_lock())
        return fail(ErrorKind::Timeout,
                    fmt::format("the MCP server {} was still being started", endpoint_.name));
    {
        const std::lock_guard lock(mutex_);
        if (wire_ && wire_->usable()) return Opened{wire_, greeting_};
        if (wire_) last_complaint_ = wire_->complaint();
    }
    // Between failed starts the last failure is told again, at once: nobody waits for a start that
    // is not tried.
    if (!not_before_.passed())
        return fail(
            last_failure_->kind,
            fmt::format("{} (tried {} times; the next try is in {} s)", last_failure_->message,
                        failed_starts_, not_before_.remaining().count() / base::kSecond + 1),
            last_failure_->cause);
    auto fresh = start(deadline);
    if (!fresh) {
        last_failure_ = fresh.error();
        const int doublings = std::min(failed_starts_++, kMostWaiting);
        // once may be bad luck
        if (failed_starts_ > 1) not_before_ = Deadline::after(seconds(1 << doublings));
        return fresh;
    }
    failed_starts_ = 0;
    std::shared_ptr<Wire> before;  // outlives the lock: the end of a program takes its time
    const std::lock_guard lock(mutex_);
    // Tools and silences are those of the server that is gone.
    before = std::exchange(wire_, fresh->wire);
    greeting_ = fresh->greeting;
    tools_ = {};
    silences_ = 0;
    return fresh;
}

Result<Greeting> Client::open(Deadline deadline) {
    const auto now = opened(deadline);
    if (!now) return fail(now.error());
    return now->greeting;
}

// A program that is silent again and again hangs: the next use starts another.
void Client::count_silence(const Opened& opened, bool silent) {
    const std::lock_guard lock(mutex_);
    silences_ = silent ? silences_ + 1 : 0;
    if (silences_ >= kMostSilences) abandon(opened.wire);
}

Result<Json> Client::request(const Opened& opened, const std::string& method, Json params,
                             std::vector<net::Header> headers, Deadline deadline) {
    Ask ask{.method = method, .params = dressed(std::move(params), opened.greeting)};
    if (opened.greeting.era == Era::Stateless) {
        ask.headers = fields_of(opened.greeting, method, base::text_at(ask.params, "name"));
        ask.headers.insert(ask.headers.end(), headers.begin(), headers.end());
    }
    auto answer = opened.wire->ask(ask, deadline);
    count_silence(opened, !answer && answer.error().kind == ErrorKind::Timeout);
    if (!answer) return fail(std::move(answer.error()));
    if (answer->refusal)
        return fail(ErrorKind::Invalid,
                    fmt::format("the MCP server {} refused {}: {}", endpoint_.name, method,
                                endpoint_.shown(answer->refusal->message)),
                    fmt::format("code {}", answer->refusal->code));
    return std::move(answer->result);
}

Result<ToolList> Client::list(const Opened& opened, Deadline deadline) {
    ToolList out;
    std::set<std::string> cursors;
    std::string cursor;
    for (int page = 1; out.cut.empty(); ++page) {
        Json params = Json::object();
        if (!cursor.empty()) params["cursor"] = cursor;
        auto result = request(opened, "tools/list", std::move(params), {}, deadline);
        if (!result) return fail(std::move(result.error()));
        // No list is not an empty one: all tools would look vanished.
        if (!result->is_object() || !result->contains("tools") || !(*result)["tools"].is_array())
            return fail(ErrorKind::Corrupt,
                        fmt::format("the MCP server {} answered tools/list without a list",
                                    endpoint_.name));
        for (const Json& item : base::array_at(*result, "tools")) {
            auto tool = read_tool(item, endpoint_);
            if (!tool)
                ++out.nameless;
            else if (out.tools.size() < kMostTools)
                out.tools.push_back(std::move(*tool));
            else
                out.cut = fmt::format("its list goes on after {} tools", kMostTools);
        }
        cursor = base::text_at(*result, "nextCursor");
        if (cursor.empty()) break;
        if (out.tools.size() >= kMostTools)
            out.cut = fmt::format("its list goes on after {} tools", kMostTools);
        else if (page >= kMostPages)
            out.cut = fmt::format("its list goes on after {} pages", kMostPages);
        else if (cursor.size() > kMostCursor)
            out.cut = fmt::format("a cursor of its list is longer than {} bytes", kMostCursor);
        else if (!cursors.insert(cursor).second)
            out.cut = "its list goes round: a cursor came again";
    }
    settle(out);
    return out;
}

// A session over HTTP ends with the server that gave it: once more with a new one. A program is not
// started again for the same question, for that may be what ended it.
template <typename What>
auto Client::with_session(What what, Deadline deadline)
    -> decltype(what(std::declval<const Opened&>())) {
    const auto now = opened(deadline);
    if (!now) return fail(now.error());
    auto out = what(*now);
    if (out || endpoint_.url.empty() || now->wire->usable()) return out;
    const auto again = opened(deadline);
    if (!again) return fail(again.error());
    return what(*again);
}

Result<ToolList> Client::tools(Deadline deadline) {
    auto fresh = with_session(
        [&](const Opened& now) {
            now.wire->tools_changed();  // what it said before is answered by what comes now
            return list(now, deadline);
        },
        deadline);
    if (!fresh) return fresh;
    const std::lock_guard lock(mutex_);
    tools_ = *fresh;
    tools_until_ = Deadline::after(kToolsKept);
    return fresh;
}

Result<Tool> Client::known_tool(const std::string& name, Deadline deadline) {
    ToolList all;
    {
        const std::lock_guard lock(mutex_);
        const bool stale = !wire_ || wire_->tools_changed() || tools_until_.passed();
        if (!stale) all = tools_;
    }
    if (all.tools.empty()) {
        auto fresh = tools(deadline);
        if (!fresh) return fail(std::move(fresh.error()));
        all = std::move(*fresh);
    }
    const auto found = std::find_if(all.tools.begin(), all.tools.end(),
                                    [&](const Tool& one) { return one.name == name; });
    if (found == all.tools.end())
        return fail(ErrorKind::NotFound,
                    fmt::format("the MCP server {} has no tool '{}'{}: ask doctor what it has",
                                endpoint_.name, base::shorten(name, 64),
                                all.cut.empty() ? "" : " as far as it was read (" + all.cut + ")"));
    if (!found->usable())
        return fail(ErrorKind::Denied,
                    fmt::format("the tool {} of the MCP server {} is not used: {}; name it below "
                                "mcpServers.{}.allow where it does nothing but read",
                                name, endpoint_.name, found->refused, endpoint_.name));
    return std::move(*found);
}

Result<ToolResult> Client::call(const std::string& tool, const Json& arguments, Deadline deadline) {
    const auto known = known_tool(tool, deadline);
    if (!known) return fail(known.error());
    auto result = with_session(
        [&](const Opened& now) {
            return request(now, "tools/call", {{"name", tool}, {"arguments", arguments}},
                           mirrored_arguments(*known, arguments), deadline);
        },
        deadline);
    if (!result) return fail(std::move(result.error()));
    return read_tool_result(std::move(*result), endpoint_.name);
}

}  // namespace insight::mcp
