// logs.ndjson, from bytes to a sink, on threads of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/snapshot_lines.h"
#include "core/store/snapshot_logs.h"

namespace insight::store {

// Cuts the bytes at line ends into batches, which one thread a part reads and hands to the sink.
// Small files start no thread. Memory: a few batches and the longest line.
// Threads: push and finish from one thread.
class LogFeed {
  public:
    LogFeed(LogSink& sink, std::size_t line_limit) : sink_(sink), line_limit_(line_limit) {}
    ~LogFeed();
    LogFeed(const LogFeed&) = delete;
    LogFeed& operator=(const LogFeed&) = delete;

    // Errors: TooLarge, when a line is longer than the limit.
    base::Status push(std::string_view bytes);

    struct Wrong {
        std::int64_t line = 0;
        base::Error error;
    };
    struct Result {
        std::size_t records = 0;
        std::optional<Wrong> wrong;             // the first line that is
        std::vector<std::string> unknown_keys;  // in the order of first mention
        bool repaired = false;                  // invalid UTF-8 was replaced somewhere
    };
    // Waits until every line was looked at. Call once. Errors: as push, for the last line.
    base::Result<Result> finish();

  private:
    struct Batch {
        std::string bytes;  // whole lines; reserved beyond its size for the parser
        std::int64_t first_line = 1;
    };
    struct Mention {
        std::int64_t line = 0;
        std::string key;
    };
    struct Part {
        std::deque<Batch> waiting;
        std::vector<Mention> mentions;
        std::optional<Wrong> wrong;
        std::size_t records = 0;
        bool repaired = false;
    };

    void flush();
    void start();
    void work(std::size_t part);
    void read(std::size_t part, const Batch& batch, SnapshotLines& lines);
    void read_slowly(std::size_t part, std::string_view line, std::int64_t number);
    void mention(Part& part, std::int64_t line, std::string_view key);

    LogSink& sink_;
    std::size_t line_limit_;
    Batch batch_;                 // being filled
    std::size_t line_start_ = 0;  // in the batch: where the present line began
    std::int64_t line_number_ = 1;
    std::size_t records_ = 0;  // so far
    std::size_t part_now_ = 0;
    bool more_than_one_ = false;  // batches: worth threads

    std::vector<Part> parts_{kLogParts};
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::condition_variable room_;
    bool ended_ = false;
};

// A line with nothing in it, which is skipped.
bool blank(std::string_view text);

// One line as a value, when the fast way did not take it; invalid UTF-8 is replaced where that
// makes it readable. Errors: Invalid, TooLarge.
base::Result<base::Json> read_line(std::string_view line, bool& repaired);

}  // namespace insight::store
