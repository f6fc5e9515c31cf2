// What an investigation knows outside its transcript: what was asked, what came back, what was
// thought. Whatever happens to the transcript, this stays, so the same look is never made twice
// for nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/report.h"

namespace insight::agent::reasoning {

// One answered look.
struct Asked {
    std::string tool;
    base::Json arguments;
    std::string evidence;
    std::string summary;        // one line: what it showed
    bool in_transcript = true;  // false after the turn that showed it was taken out
};

// Threads: one at a time.
class Memory {
  public:
    // The same call, however its arguments were ordered or padded with empty ones.
    static std::string key(const std::string& tool, const base::Json& arguments);

    // nullptr: this was not asked yet
    Asked* asked(const std::string& key);
    void learn(const std::string& key, Asked asked);
    [[nodiscard]] const std::vector<Asked>& looks() const { return looks_; }
    // An evidence was shown by another call before: this branch has come to its end.
    [[nodiscard]] bool shown(const std::string& evidence) const;

    // Notes of the model, bounded. The same statement again changes its state.
    void think(model::Hypothesis hypothesis);
    void note(std::string_view learned, std::vector<std::string> evidence);
    [[nodiscard]] const std::vector<model::Hypothesis>& hypotheses() const { return hypotheses_; }

    // Everything above as text for a prompt, at most `bytes`; the newest looks go last and survive.
    [[nodiscard]] std::string notebook(std::size_t bytes) const;
    void transcript_was_cut();  // no look is in the transcript any more

  private:
    struct Note {
        std::string text;
        std::vector<std::string> evidence;
    };
    std::vector<Asked> looks_;
    std::map<std::string, std::size_t> by_key_;
    std::set<std::string> shown_;
    std::vector<model::Hypothesis> hypotheses_;
    std::vector<Note> notes_;
};

}  // namespace insight::agent::reasoning
