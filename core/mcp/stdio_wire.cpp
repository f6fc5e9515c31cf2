#include "core/mcp/stdio_wire.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <system_error>

#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using base::Result;

// What may wait for a program that does not read.
constexpr std::size_t kMostOutgoing = 4U << 20;
// What a message costs beside its bytes, and a question, which wants an answer.
constexpr std::size_t kPerMessage = 256;
constexpr std::size_t kPerQuestion = 4096;

}  // namespace

Result<std::unique_ptr<StdioWire>> StdioWire::start(const Endpoint& endpoint) {
    auto process = Process::start(endpoint);
    if (!process) return fail(std::move(process.error()));
    // Wakes our thread, which waits for the program's pipes, when there is something to send.
    Handle bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!bell)
        return fail(ErrorKind::Unavailable,
                    fmt::format("no descriptor is left for the MCP server {}", endpoint.name));
    std::unique_ptr<StdioWire> wire(new StdioWire(endpoint, std::move(*process), std::move(bell)));
    try {
        wire->thread_ = std::thread(&StdioWire::run, wire.get());
    } catch (const std::system_error& error) {
        return fail(ErrorKind::Unavailable,
                    fmt::format("no thread can be had for the MCP server {}", endpoint.name),
                    error.what());
    }
    return wire;
}

StdioWire::StdioWire(const Endpoint& endpoint, Process process, Handle bell)
    : endpoint_(endpoint),
      process_(std::move(process)),
      bell_(std::move(bell)),
      lines_(kMostMessage) {
    lines_.on_line = [this](std::string_view line) { take(line); };
    lines_.on_overlong = [this](const Overlong& line) { take_overlong(line); };
}

StdioWire::~StdioWire() {
    {
        const std::lock_guard lock(mutex_);
        leaving_ = true;
    }
    ring();
    if (thread_.joinable()) thread_.join();
}

void StdioWire::abandon() {
    {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
    }
    ring();
}

void StdioWire::ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
}

bool StdioWire::usable() const {
    const std::lock_guard lock(mutex_);
    return !end_ && !abandoned_;
}

bool StdioWire::tools_changed() {
    const std::lock_guard lock(mutex_);
    return std::exchange(tools_changed_, false);
}

std::string StdioWire::complaint() const {
    const std::lock_guard lock(mutex_);
    const std::string text = base::clean_utf8(endpoint_.hide(tail_.text()));
    return text.size() <= 2000 ? text : "…" + base::clean_utf8(text.substr(text.size() - 2000));
}

base::Status StdioWire::post(std::string line) {
    if (end_) return fail(*end_);
    if (outgoing_bytes_ + line.size() > kMostOutgoing)
        return fail(ErrorKind::Unavailable,
                    fmt::format("the MCP server {} does not read what it is sent", endpoint_.name));
    outgoing_bytes_ += line.size();
    outgoing_.push_back(std::move(line));
    ring();
    return {};
}

base::Status StdioWire::tell(const Ask& note, base::Deadline) {
    const std::lock_guard lock(mutex_);
    return post(notification_line(note.method, note.params));
}

Result<Answer> StdioWire::ask(const Ask& ask, base::Deadline deadline) {
    std::unique_lock lock(mutex_);
    // never used twice, so that an answer which comes too late finds nobody
    const std::int64_t id = ++last_id_;
    unasked_ = 0;  // counted between questions: to live long is no offence
    if (auto posted = post(request_line(id, ask.method, ask.params)); !posted)
        return fail(std::move(posted.error()));
    const auto slot = waiting_.emplace(id, Slot{}).first;
    const bool answered = changed_.wait_until(lock, deadline.point(),
                                              [&] { return slot->second.answer.has_value(); });
    std::optional<Result<Answer>> answer = std::move(slot->second.answer);
    waiting_.erase(slot);
    if (answered) return std::move(*answer);
    // The program may be at work for nobody; the specification forbids it for `initialize`.
    if (ask.cancellable)
        (void)post(notification_line("notifications/cancelled",
                                     {{"requestId", id}, {"reason", "the time for it is over"}}));
    std::string strange;
    if (strays_ > 0)
        strange = fmt::format("it wrote {} lines that answer nothing, the first: {}", strays_,
                              first_stray_);
    return fail(
        ErrorKind::Timeout,
        fmt::format("the MCP server {} did not answer {} in time", endpoint_.name, ask.method),
        std::move(strange));
}

void StdioWire::settle(std::int64_t id, Result<Answer> answer) {
    const auto slot = waiting_.find(id);
    if (slot == waiting_.end() || slot->second.answer) return;
    slot->second.answer = std::move(answer);
    changed_.notify_all();
}

// Nobody asked for these bytes: a little is normal, much is an attack or a defect.
void StdioWire::count_unasked(std::size_t bytes) {
    // A line in the making is not unasked for yet: it may be the largest answer that is allowed.
    unasked_ += bytes;
    if (unasked_ + lines_.pending() <= kMostUnasked + kMostMessage || end_) return;
    end_ = base::Error{
        ErrorKind::TooLarge,
        fmt::format("the MCP server {} was ended: it wrote over {} MiB that nobody asked for",
                    endpoint_.name, kMostUnasked >> 20),
        base::shorten(first_stray_, 200)};
}

void StdioWire::take(std::string_view line) {
    auto message = read_message(line);
    const std::lock_guard lock(mutex_);
    const auto stray = [&] {
        if (strays_++ == 0) first_stray_ = endpoint_.shown(line, 120);
        count_unasked(line.size() + kPerMessage);
    };
    if (!message) {
        const auto id =
            apparent_id(line, line.substr(line.size() - std::min<std::size_t>(line.size(), 64)));
        // Who asked need not wait for a deadline because the answer cannot be read.
        if (id)
            settle(*id, fail(ErrorKind::Corrupt,
                             fmt::format("the MCP server {} answered what is no JSON-RPC message",
                                         endpoint_.name),
                             endpoint_.shown(line, 120)));
        return stray();
    }
    if (message->kind == Incoming::Kind::Answer) {
        if (!waiting_.contains(message->id)) {
            // an answer that came too late is nothing strange
            if (message->id < 1 || message->id > last_id_)
                stray();
            else
                count_unasked(line.size());
            return;
        }
        return settle(message->id, std::move(message->answer));
    }
    const bool question = message->kind == Incoming::Kind::Request;
    count_unasked(line.size() + (question ? kPerQuestion : kPerMessage));
    if (question)
        (void)post(reply_line(*message));
    else if (message->method == "notifications/tools/list_changed")
        tools_changed_ = true;
}

void StdioWire::take_overlong(const Overlong& line) {
    const std::lock_guard lock(mutex_);
    count_unasked(line.bytes);
    auto id = apparent_id(line.head, line.tail);
    // Where only one question is open, it is the answer to that.
    if (!id && waiting_.size() == 1) id = waiting_.begin()->first;
    if (id)
        settle(*id, fail(ErrorKind::TooLarge,
                         fmt::format("the MCP server {} answered {:.1f} MiB; {} MiB is the limit: "
                                     "narrow the call's arguments",
                                     endpoint_.name, static_cast<double>(line.bytes) / (1U << 20),
                                     kMostMessage >> 20)));
}

}  // namespace insight::mcp
