// What in a text must not leave the process: places, each with its kind.
//
// Every detector reads a text once and appends what it found; findings may overlap. Matching is
// linear in the length of the text whatever the text is: RE2, or a scanner that never goes back
// further than a fixed length. Bytes are compared as they are: invalid UTF-8 is no obstacle.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/redaction.h"
#include "core/base/redaction/literals.h"

namespace insight::base::redaction {

struct Finding {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view kind;  // a constant: "password", "github_token", …
    int rank = 0;           // of findings of one place the highest names the kind
};

using Findings = std::vector<Finding>;

constexpr int kGuessed = 1;  // by the look of it: an address, a name
constexpr int kNamed = 2;    // by its key: password=…
constexpr int kFormed = 3;   // by a form that nothing else has: ghp_…, a PEM frame
constexpr int kKnown = 4;    // seen before, or told

// What `likely` says of the text was found in one pass for all of them; see literals.h.
void find_tokens(std::string_view text, const Likely& likely, Findings& out);  // by their prefix
void find_private_keys(std::string_view text, Findings& out);  // PEM, whole and in single lines
void find_assignments(std::string_view text, Findings& out);   // key=value, key: value, JSON, YAML
void find_phrases(std::string_view text, const Likely& likely,
                  Findings& out);  // SQL, command lines, headers, XML
void find_url_passwords(std::string_view text, const Likely& likely,
                        Findings& out);  // scheme://user:password@host
void find_contacts(std::string_view text, const Likely& likely, Findings& out);  // e-mail
void find_numbers(std::string_view text, const Likely& likely,
                  Findings& out);                           // cards (Luhn), IBANs (mod 97)
void find_addresses(std::string_view text, Findings& out);  // private IPv4 and IPv6
void find_host_names(std::string_view text, Findings& out);
void find_paths(std::string_view text, Findings& out);
void find_words(std::string_view text, const std::vector<std::string>& words, Findings& out);

// How expressions are looked for: where the literals of a match stand, or at every byte. Both find
// the same, the first several times as fast.
enum class Search { Likely, Everywhere };

// All detectors that the rules ask for, over the text as it is.
void find_all(std::string_view text, const RedactionRules& rules, Findings& out,
              Search search = Search::Likely);

// Those of them that find credentials, and nothing else.
void find_credentials(std::string_view text, Findings& out);

// Overlapping findings become one that covers them all, but guesses give way to what is sure;
// ascending, apart from each other.
Findings merged(const Findings& findings);

// A kind that keeps value: shown nowhere else by itself, so that it is looked for bare, too.
bool is_secret(std::string_view kind);

}  // namespace insight::base::redaction
