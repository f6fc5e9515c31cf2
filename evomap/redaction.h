// What stays here of an incident when its lesson is published: names, addresses, paths, secrets
// and personal data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/redaction.h"
#include "evomap/names.h"
#include "evomap/seed.h"
#include "evomap/wire.h"

namespace insight::evomap {

// One publication: the same value gets the same replacement in all of it. Replacements say what
// stood there ("[host 1]") and nothing else, so they are the same on every machine and no key
// guards them. Threads: one at a time.
class Redaction {
  public:
    Redaction(Names names, const std::vector<std::string>& words);

    // Looks for secrets in all that is known of the case, so that they are recognised where they
    // stand bare.
    void learn(const Json& value) { (void)border_.hide(value); }

    std::string hide(std::string_view text);
    // Prose for strangers: quoted text and words that look like identifiers (a table, a file, a
    // host) are hidden as well, but for names of well-known programs' metrics.
    std::string hide_prose(std::string_view text);
    Json hide_json(const Json& value);  // every text, keys too; numbers stay

    SeedGene hide(SeedGene gene);
    SeedCapsule hide(SeedCapsule capsule);
    std::vector<TraceStep> hide(std::vector<TraceStep> trace);

  private:
    std::string numbered(std::string_view text);
    Json without_names(const Json& value);
    // "[word 1]"; the same for the same value
    std::string label(std::string_view kind, std::string_view value);

    Names names_;
    base::Border border_;
    std::map<std::string, std::string, std::less<>> labels_;  // value to "[host 1]"
    std::map<std::string, int, std::less<>> used_;
};

}  // namespace insight::evomap
