// What a log line says, apart from how often: how bad it is, and whom it blames. Words of people
// and of the common runtimes, nothing of a product.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

// 0: routine, 0.4: a warning, 0.7: an error, 1: the process itself is in danger. The severity a
// program gave counts first; words raise it (an exception logged as information is one), and the
// text of a line without severity is all there is.
double badness(const TemplateCount& count, std::string_view text);

// What kind of trouble the text names by itself, as a cause class; empty: none.
struct NamedTrouble {
    std::string_view cause_class;
    model::Level level = model::Level::Code;
    bool elsewhere = false;  // it speaks of somebody who did not answer
};
std::optional<NamedTrouble> trouble_of(std::string_view text);

// The message without what a logging library puts in front of it: time, level, logger, thread,
// "TraceID: …". Part of `body`, so that it can be looked up there; its first line.
std::string_view message_of(std::string_view body);

// Finds the entities of the signals in texts ("No instances available for cart", "POST
// http://cart:8080/", "/api/v1/cartservice/…").
class Names {
  public:
    explicit Names(const std::vector<model::Entity>& entities);
    // The one other entity that the text names; none when it names several or itself only.
    [[nodiscard]] std::optional<model::Entity> blamed(const model::Entity& speaker,
                                                      std::string_view text) const;

  private:
    struct Known {
        model::Entity entity;
        std::string squeezed;  // lower case, letters and digits only
        std::string core;      // without the words that most names share
    };
    std::vector<Known> known_;  // longest first
};

}  // namespace insight::analysis::logs
