// One JSON-RPC message a line over the standard input and output of a child process (MCP
// specification, transports: stdio).
//
// A thread of its own reads, writes and waits for the end, so that nothing the program does can
// hold up a caller beyond its deadline: a program that neither reads nor answers, that writes
// without being asked, lines without end, to standard error without end. What comes without having
// been asked for is counted between two questions; above kMostUnasked the program is ended.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/mcp/line_splitter.h"
#include "core/mcp/process.h"
#include "core/mcp/tail.h"
#include "core/mcp/wire.h"

namespace insight::mcp {

constexpr std::size_t kMostUnasked = 16U << 20;

class StdioWire final : public Wire {
  public:
    // Errors: as Process::start(). The endpoint must outlive the wire.
    static base::Result<std::unique_ptr<StdioWire>> start(const Endpoint& endpoint);
    // Closes its standard input, after half of kGrace SIGTERM, after kGrace more SIGKILL; at once
    // when abandon() was called.
    ~StdioWire() override;

    base::Result<Answer> ask(const Ask& ask, base::Deadline deadline) override;
    base::Status tell(const Ask& note, base::Deadline deadline) override;
    [[nodiscard]] bool usable() const override;
    bool tools_changed() override;
    [[nodiscard]] std::string complaint() const override;

    // SIGKILL now: it did not answer, so it gets no time for leaving.
    void abandon();

    static constexpr std::chrono::milliseconds kGrace{1000};

  private:
    struct Slot {
        std::optional<base::Result<Answer>> answer;
    };

    StdioWire(const Endpoint& endpoint, Process process, Handle bell);

    void run();
    // False when there is nothing more to wait for.
    bool turn();
    bool write_some();
    bool read_output();
    void read_complaint();
    void take(std::string_view line);
    void take_overlong(const Overlong& line);
    void count_unasked(std::size_t bytes);
    void settle(std::int64_t id, base::Result<Answer> answer);
    void finish();
    bool leave();
    void ring() const;
    base::Status post(std::string line);
    [[nodiscard]] base::Error gone(std::string_view how) const;

    const Endpoint& endpoint_;
    Process process_;
    Handle bell_;  // an eventfd: something to write, or time to leave
    LineSplitter lines_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::int64_t, Slot> waiting_;
    std::deque<std::string> outgoing_;
    std::size_t outgoing_bytes_ = 0;
    std::size_t written_ = 0;  // of the first one
    std::int64_t last_id_ = 0;
    std::size_t unasked_ = 0;
    std::size_t strays_ = 0;  // lines that are no messages, answers to nothing
    std::string first_stray_;
    Tail tail_;
    std::optional<base::Error> end_;  // why nothing works any more
    bool tools_changed_ = false;
    bool leaving_ = false;
    bool abandoned_ = false;
    std::thread thread_;
};

}  // namespace insight::mcp
