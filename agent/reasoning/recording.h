// What was exchanged with models and other live parties: kept in a snapshot's model.ndjson, so that
// a replay needs none of them.
//
// Lines, in order: {kind: "run", settings, models, tools, notOffered} first, then {kind:
// "exchange", prompt, …} for every question to a model, {kind: "outside", key, …} for every answer
// of a live tool and {kind: "deadline"} where time was over. Texts are as this process read them,
// before anything was hidden and after it was restored: the snapshot holds the same texts anyway.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "agent/reasoning/reason.h"
#include "agent/reasoning/tool.h"
#include "core/llm/model.h"

namespace insight::agent::reasoning {

// One question, with what came of it and what it cost. No answer: `ended` says why.
struct Exchange {
    std::optional<llm::Answer> answer;
    Ended ended = Ended::Answered;
    std::string note;              // the failure, for people
    std::vector<std::string> cut;  // what was done with less than was wanted
    std::int64_t calls = 0;        // of models
    std::int64_t failed = 0;
    llm::Usage usage;  // of all calls
    double cost = 0;
};

base::Json to_json(const Exchange& exchange);
Exchange exchange_from_json(const base::Json& json);

// SHA-256 of everything a model reads in it.
std::string digest_of(const llm::Prompt& prompt);

// Threads: safe.
class Recording {
  public:
    Recording() = default;
    explicit Recording(std::vector<base::Json> lines) : lines_(std::move(lines)) {}

    void run(base::Json run);
    void add(const std::string& prompt_digest, const Exchange& exchange);
    void add(const std::string& key, const base::Result<Found>& answer);
    void out_of_time();

    // For a replay. nullptr: nothing was recorded.
    [[nodiscard]] const base::Json* run() const;
    // The next exchange that was not taken yet; nothing when all were.
    std::optional<Exchange> next(const std::string& prompt_digest);
    // The recorded run was out of time at this place.
    [[nodiscard]] bool time_was_over() const;
    [[nodiscard]] base::Result<Found> outside(const std::string& key) const;

    [[nodiscard]] std::vector<base::Json> lines() const;

  private:
    mutable std::mutex mutex_;
    std::vector<base::Json> lines_;
    std::size_t next_ = 0;
};

}  // namespace insight::agent::reasoning
