// Words of code and prose, so that a diff and an error message can be compared.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace insight::analysis::changes {

// "maxConnIdle", "max_conn_idle" and "max conn idle" are the same three words: lower case, split at
// case changes and everything that is no letter, without plural endings (S-stemmer, Harman, 1991).
// Left out: single letters, numbers, words of programming languages and of no content.
std::set<std::string> words_of(std::string_view text);

// Short texts in quotes or backticks, as messages name fields and code writes them.
std::set<std::string> quoted_in(std::string_view text);

// Lower case without any white space: what is left of a line whose layout alone changed.
std::string bare(std::string_view text);

// Comments, empty lines and imports: lines that do nothing when they run.
bool is_inert(std::string_view line);

}  // namespace insight::analysis::changes
