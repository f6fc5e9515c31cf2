// A ticket as others read it: a few blocks that every tracker can show in its own way.
#pragma once

#include <string>
#include <vector>

#include "agent/tickets/ticket.h"
#include "core/base/redaction.h"

namespace insight::tickets {

struct Block {
    enum class Kind { Heading, Text, Item };  // items that follow each other are one list
    Kind kind = Kind::Text;
    std::string text;
    std::string url;  // where the text leads; may be empty
};
using Blocks = std::vector<Block>;

struct Sheet {
    std::string title;
    Blocks body;
};

// What leaves the process has gone through the border. `pages` is where people reach ours
// ("https://insight.example.org"); empty: no links.
Sheet sheet_of(const Ticket& ticket, const std::string& pages, base::Border& border);

// What happened after `revision`, for a comment in `tracker`: what changed and what people wrote,
// without what was heard from there. Empty: nothing that others should hear of.
Blocks news_of(const Ticket& ticket, std::int64_t revision, base::Border& border,
               const std::string& tracker = {});

// Digest of a sheet, to know whether it has to be sent again.
std::string digest_of(const Sheet& sheet);

// CommonMark (GitHub); control characters of Markdown in values are escaped.
std::string markdown(const Blocks& blocks);
// Jira's wiki markup, for version 2 of its API.
std::string wiki(const Blocks& blocks);
std::string plain(const Blocks& blocks);

}  // namespace insight::tickets
