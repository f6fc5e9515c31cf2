#include "agent/cli/interactive.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "agent/chat/settings.h"
#include "agent/cli/chat_parts.h"
#include "agent/cli/github_parts.h"
#include "agent/cli/output.h"
#include "agent/known_secrets/numbered.h"
#include "core/base/text.h"

namespace insight::cli {
namespace {

// of one answer, looks of the model included
constexpr std::chrono::seconds kLongest{300};
constexpr base::Nanos kLease = base::kHour;

// The incident and its report as the service would have them, in a store of its own. Its window
// stays where it is: packed once more it could be larger than memory.
base::Result<std::unique_ptr<store::Store>> shelf(const model::Report& report,
                                                  const base::Clock& clock) {
    auto store = store::open_store("sqlite:");
    if (!store) return store;
    if (auto opened = (*store)->open(report.incident, true); !opened)
        return base::fail(opened.error());
    const auto job = (*store)->claim(std::max(clock.now(), report.incident.opened_at) + 1, kLease);
    if (!job) return base::fail(job.error());
    if (!*job) return base::fail(base::ErrorKind::Internal, "the incident was not taken");
    if (auto kept = (*store)->put_report(**job, base::dump_json(model::to_json(report)),
                                         std::string(name(report.verdict)), report.confidence,
                                         report.summary);
        !kept)
        return base::fail(kept.error());
    if (auto done = (*store)->finish(**job); !done) return base::fail(done.error());
    return store;
}

}  // namespace

std::string plain_text(const std::string& markdown) {
    std::string out;
    for (std::size_t i = 0; i < markdown.size(); ++i) {
        const bool escape = markdown[i] == '\\' && i + 1 < markdown.size() &&
                            std::ispunct(static_cast<unsigned char>(markdown[i + 1])) != 0;
        if (escape) {
            out += markdown[++i];
        } else if (markdown.compare(i, 2, "**") == 0) {
            ++i;
        } else if (markdown.compare(i, 3, "\u200b") == 0) {
            i += 2;
        } else {
            out += markdown[i];
        }
    }
    return out;
}

Exit talk(const agent::Recorded& window, const agent::reasoning::LogStream& logs,
          const model::Report& report, const config::Config& config, Parts& parts) {
    auto store = shelf(report, parts.clock);
    if (!store) return complain(store.error());
    const base::Secret key = border_key(parts.store.get());
    const auto stage =
        agent::ReasonStage::open(config, *parts.transport, parts.clock, parts.store.get(), key);
    if (!stage) return complain(stage.error());
    const auto zone = agent::chat::zone_from(config.block(agent::chat::kBlock.name));
    if (!zone) return complain(zone.error());
    // There is one window here, and its owner outlives the chat.
    agent::chat::Window only{{std::shared_ptr<void>(), &window.snapshot}, logs};
    ChatParts chat({.store = **store,
                    .windows = [&only](const std::string&) { return only; },
                    .books = parts.store.get(),
                    .stage = **stage,
                    .border_key = key,
                    .zone = *zone,
                    .review = reviews(config, parts)},
                   parts.clock);
    agent::Numbered marks(model::to_json(report));  // the numbers of the report that was printed
    const bool watched = ::isatty(STDIN_FILENO) != 0;
    std::string conversation;
    while (true) {
        if (watched) std::fputs("\n? ", stderr);
        std::string line;
        if (!std::getline(std::cin, line) || line.empty() || line == "exit" || line == "quit")
            break;
        // Nothing runs here that would take up another investigation.
        const auto said = chat.chat.ask({.conversation = conversation,
                                         .incident = conversation.empty() ? report.incident.id : "",
                                         .question = line,
                                         // The first question names the incident; later ones go on
                                         // in the conversation, which knows it.
                                         .may_investigate = false},
                                        base::Deadline::after(kLongest),
                                        [](std::string_view event, const base::Json& data) {
                                            if (event == "tool")
                                                progress("looking: " + base::text_at(data, "name"));
                                            return true;
                                        });
        if (!said) {
            complain(said.error());
            continue;
        }
        conversation = said->conversation;
        print(marks.text(plain_text(said->answer.text)));
        for (const std::string& note : said->answer.notes) progress("note: " + note);
    }
    return Exit::Done;
}

}  // namespace insight::cli
