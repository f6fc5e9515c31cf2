#include "core/mcp/stdio_wire.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What may wait for a program that does not read.
constexpr std::size_t kMostOutgoing = 4U << 20;
// What a message costs beside its bytes, and a question, which wants an answer.
constexpr std::size_t kPerMessage = 256;
constexpr std::size_t kPerQuestion = 4096;
constexpr milliseconds kLastWords{200};  // between the end of its output and that of the program

// A write to a closed pipe raises SIGPIPE in the writing thread; blocked, it only fails. Signals of
// the process go to other threads.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

// Of a standard error: the first line that speaks of an error, or its end. Programs print their
// usage or a stack behind it.
std::string telling_words(const std::string& text) {
    std::string lower = text;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::size_t at = lower.find("error");
    if (at != std::string::npos) {
        at = text.rfind('\n', at);
        at = at == std::string::npos ? 0 : at + 1;
        const std::string line = text.substr(at, text.find('\n', at) - at);
        if (line.size() > 12) return base::shorten(base::one_line(base::clean_utf8(line)), 300);
    }
    std::string words = base::one_line(base::clean_utf8(text));
    if (words.size() <= 300) return words;
    return "…" + base::clean_utf8(words.substr(words.size() - 300));
}

}  // namespace

Result<std::unique_ptr<StdioWire>> StdioWire::start(const Endpoint& endpoint) {
    auto process = Process::start(endpoint);
    if (!process) return fail(std::move(process.error()));
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
    const std::int64_t id = ++last_id_;
    unasked_ = 0;
    if (auto posted = post(request_line(id, ask.method, ask.params)); !posted)
        return fail(std::move(posted.error()));
    const auto slot = waiting_.emplace(id, Slot{}).first;
    const bool answered = changed_.wait_until(lock, deadline.point(),
                                              [&] { return slot->second.answer.has_value(); });
    std::optional<Result<Answer>> answer = std::move(slot->second.answer);
    waiting_.erase(slot);
    if (answered) return std::move(*answer);
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
    if (!id && waiting_.size() == 1) id = waiting_.begin()->first;
    if (id)
        settle(*id, fail(ErrorKind::TooLarge,
                         fmt::format("the MCP server {} answered {:.1f} MiB; {} MiB is the limit: "
                                     "narrow the call's arguments",
                                     endpoint_.name, static_cast<double>(line.bytes) / (1U << 20),
                                     kMostMessage >> 20)));
}

bool StdioWire::write_some() {
    const std::lock_guard lock(mutex_);
    while (!outgoing_.empty()) {
        const std::string& line = outgoing_.front();
        const ssize_t sent =
            ::write(process_.input.get(), line.data() + written_, line.size() - written_);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        written_ += static_cast<std::size_t>(sent);
        if (written_ < line.size()) continue;
        outgoing_bytes_ -= line.size();
        outgoing_.pop_front();
        written_ = 0;
    }
    return true;
}

bool StdioWire::read_output() {
    std::array<char, 65536> block{};
    const ssize_t got = ::read(process_.output.get(), block.data(), block.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    lines_.feed({block.data(), static_cast<std::size_t>(got)});
    const std::lock_guard lock(mutex_);
    count_unasked(0);  // a line without end
    return got > 0;
}

void StdioWire::read_complaint() {
    std::array<char, 16384> block{};
    const ssize_t got = ::read(process_.complaint.get(), block.data(), block.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return process_.complaint.reset();
    const std::lock_guard lock(mutex_);
    tail_.add({block.data(), static_cast<std::size_t>(got)});
    count_unasked(static_cast<std::size_t>(got));
}

bool StdioWire::turn() {
    bool writing = false;
    {
        const std::lock_guard lock(mutex_);
        if (leaving_ || abandoned_ || end_) return false;
        writing = !outgoing_.empty();
    }
    std::array<pollfd, 4> wait{pollfd{bell_.get(), POLLIN, 0},
                               pollfd{process_.output.get(), POLLIN, 0},
                               pollfd{process_.complaint.get(), POLLIN, 0},
                               pollfd{writing ? process_.input.get() : -1, POLLOUT, 0}};
    if (::poll(wait.data(), wait.size(), -1) < 0) return errno == EINTR;
    if (wait[0].revents != 0) {
        std::uint64_t rung = 0;
        [[maybe_unused]] const auto got = ::read(bell_.get(), &rung, sizeof rung);
    }
    if (wait[2].revents != 0) read_complaint();
    if (wait[1].revents != 0 && !read_output()) return false;
    // it does not read any more; what it says may still be an answer
    if (wait[3].revents != 0 && !write_some()) {
        const std::lock_guard lock(mutex_);
        outgoing_.clear();
        outgoing_bytes_ = written_ = 0;
    }
    return true;
}

// The three steps of leaving. True when it left by itself.
bool StdioWire::leave() {
    process_.input.reset();
    for (const int step : {0, SIGTERM}) {
        if (step != 0) process_.signal(step);
        const auto until = steady_clock::now() + (step == 0 ? kGrace / 2 : kGrace);
        while (steady_clock::now() < until) {
            if (process_.ended()) return true;
            std::array<char, 65536> rest{};
            // what it still says must not keep it from leaving
            for (const Handle* end : {&process_.output, &process_.complaint})
                if (*end) [[maybe_unused]]
                    const auto got = ::read(end->get(), rest.data(), rest.size());
            ::poll(nullptr, 0, 10);
        }
    }
    return false;
}

base::Error StdioWire::gone(std::string_view how) const {
    return {ErrorKind::Unavailable,
            fmt::format("the MCP server {} ended by itself ({})", endpoint_.name, how),
            telling_words(endpoint_.hide(tail_.text()))};
}

void StdioWire::finish() {
    bool in_peace = false;
    {
        const std::lock_guard lock(mutex_);
        in_peace = leaving_ && !abandoned_ && !end_;
    }
    std::string how = "it closed its output";
    if (in_peace) {
        leave();
    } else {
        for (const auto until = steady_clock::now() + kLastWords; steady_clock::now() < until;) {
            if (const auto status = process_.ended()) {
                how = *status;
                break;
            }
            {
                const std::lock_guard lock(mutex_);
                if (abandoned_ || leaving_ || end_) break;
            }
            ::poll(nullptr, 0, 5);
        }
        if (process_.complaint) read_complaint();
    }
    process_.signal(SIGKILL);  // whatever it started, too
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = gone(leaving_ || abandoned_ ? "it was told to" : how);
    for (auto& [id, slot] : waiting_)
        if (!slot.answer) slot.answer = fail(*end_);
    outgoing_.clear();
    changed_.notify_all();
}

void StdioWire::run() {
    block_signals();
    while (turn()) {
    }
    finish();
    // reaps it: nothing of it stays while nobody asks
    const Process last = std::move(process_);
}

}  // namespace insight::mcp
