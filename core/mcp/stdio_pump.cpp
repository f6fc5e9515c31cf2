// The thread of a StdioWire: it moves bytes between the pipes and the wire's memory, and sees the
// program out. What callers do is in stdio_wire.cpp.
#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "core/base/text.h"
#include "core/mcp/stdio_wire.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

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
    // Before its output, whose end ends the turn: by then its last words are here.
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
    // The specification's order: the end of its input, SIGTERM, and SIGKILL by whoever called.
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
