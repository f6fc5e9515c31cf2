// Questions and answers over what is known: a report, the past, a health scan, a change. Complete
// without a language model; with one, its answer takes the place of the engine's where every
// statement stood the check.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "agent/chat/answers.h"
#include "agent/chat/talker.h"
#include "core/base/redaction.h"
#include "core/store/store.h"

namespace insight::agent::chat {

// What happens while an answer is made. Called on the asker's thread; false: nobody listens any
// more. Events: "state" {incident, state}, "token" {text}, "tool" {name, arguments?, evidence?}.
using Listener = std::function<bool(std::string_view event, const base::Json& data)>;

struct Asked {
    std::string conversation;  // empty: a new one
    std::string incident;      // empty: found by the question
    std::string question;
    std::string time_zone{};      // of times in the question, where it names none; empty: use(Zone)
    bool may_investigate = true;  // open an investigation or a scan where nothing fresh is known
};

struct Said {
    std::string conversation;
    std::string incident;  // whose report answered; empty: none did
    Question question;
    Answer answer;
    bool complete = true;  // false: the investigation goes on; ask again
};

base::Json to_json(const Said& said);

// Whether a change will hurt: the review of a pull request ("owner/repo#12", or "#12" of the one
// repository there is). Markdown. Errors: as the review's.
using Reviewer = std::function<base::Result<std::string>(const std::string& question)>;

// Threads: safe. Everything given outlives it.
class Chat {
  public:
    Chat(store::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

    // Before the first question; each may be missing.
    void use(Talker* talker) { talker_ = talker; }
    void use(Reviewer reviewer) { reviewer_ = std::move(reviewer); }
    void use(const Zone& zone) { zone_ = zone; }  // of times without one; UTC

    // Blocks until the answer is there or the deadline passed. Errors: Invalid (an empty or endless
    // question, no time zone), NotFound (conversation, incident), Conflict (two questions of one
    // conversation at once), Unavailable.
    base::Result<Said> ask(const Asked& asked, base::Deadline deadline,
                           const Listener& listener = {});

    // Ends waits for investigations.
    void stop() { stopping_ = true; }

  private:
    struct Turn;
    base::Result<Said> answer(Turn& turn);
    base::Result<Said> of_incident(Turn& turn, const std::string& incident);
    base::Result<Said> of_interval(Turn& turn);
    base::Result<Said> ahead(Turn& turn);
    base::Result<Said> review(Turn& turn);
    base::Result<Said> investigate(Turn& turn, const model::Incident& incident, bool scan);
    base::Result<std::optional<base::Json>> wait_for_report(Turn& turn,
                                                            const std::string& incident);
    Said said(const Turn& turn, const std::string& incident, Answer answer,
              bool complete = true) const;

    store::Store& store_;
    const base::Clock& clock_;
    Talker* talker_ = nullptr;
    Reviewer reviewer_;
    Zone zone_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace insight::agent::chat
