// Text inside HTML: escaped once, here.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::report {

// Harmless between tags and inside double quotes: made visible() first, then & < > " ' escaped.
std::string html(std::string_view text);

// The line at a key, escaped; empty when there is none.
std::string html_line(const base::Json& object, std::string_view key, std::size_t limit = 2000);

// The line at a key with what it quotes between backticks as <code>.
std::string html_prose(const base::Json& object, std::string_view key);

// A statement and links to the evidence it cites.
std::string html_statement(const base::Json& object, std::string_view key);

// The links alone: <a class="cite" href="#E3">E3</a> …
std::string html_citations(const base::Json& object);

// Commands to copy, in a block; empty for an empty command.
std::string html_command(const base::Json& object, std::string_view key);

}  // namespace insight::report
