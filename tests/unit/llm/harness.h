// What tests of language models share: a transport that answers from a script, a clock and dice
// that stand still, streams from files, answers as JSON.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/llm/open.h"

namespace insight::llm::test {

// One answer of the other side.
struct Reply {
    int status = 200;
    std::string body;
    std::vector<net::Header> headers{};
    std::optional<base::Error> broken{};  // after the body
    std::size_t block = 0;                // bytes at a time; 0: all at once
};

class ScriptedTransport final : public net::Transport {
  public:
    std::deque<Reply> replies;  // the last one repeats
    std::vector<net::Request> requests;

    base::Result<net::Response> send(const net::Request& request) override;
    base::Result<net::Response> stream(const net::Request& request, const net::Sink& sink) override;
};

class StillClock final : public base::Clock {
  public:
    base::Nanos time = 1'763'700'000 * base::kSecond;  // 2025-11-21T04:40:00Z
    [[nodiscard]] base::Nanos now() const override { return time; }
};

// Waits move the clock and are kept; the dice always show the same.
struct Times {
    StillClock clock;
    std::vector<base::Nanos> waits;
    double dice = 0.5;
    Pacing pacing();
};

// Of a provider by name, with everything set that it needs; the key is "the-secret-key".
Settings settings_of(std::string_view provider);
Prompt question(std::string_view text);
// Two tools, an assistant's turn that called both, one result of each kind, a schema.
Prompt rich_prompt();

base::Json to_json(const Answer& answer);
std::string stop_name(Stop stop);

// A frame of application/vnd.amazon.eventstream, packed independently of the reader.
std::string frame(const std::vector<net::Header>& headers, std::string_view payload);
std::string frame_of_raw_headers(const std::string& packed, std::string_view payload);
std::string event_frame(std::string_view type, std::string_view payload);

// tests/data/llm/NAME.stream, or NAME.events.ndjson packed into frames
std::string recorded(const std::string& name);
base::Json expected(const std::string& name);

// An answer's bytes through the dialect of a provider, block by block as `blocks` cuts them.
Outcome<Answer> read(std::string_view provider, const std::vector<std::string_view>& blocks,
                     const Prompt& prompt, const Progress& progress = {});

}  // namespace insight::llm::test
