// Objects as they are kept: without what nobody reads, and without what nobody may see.
#pragma once

#include <string>
#include <unordered_map>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

// Values of environment variables and arguments that look secret become the tokens by which the
// doors know them (entrance.h): a changed one can be seen, and found again in a log. Threads: one.
class Slimmer {
  public:
    // Field owners before `since` are forgotten. With `values`, values of config maps are kept
    // (veiled); without, their sizes only.
    Slimmer(base::Nanos since, bool values);

    // metadata.managedFields becomes [{manager, time, subresource, fields: ["spec.template", …]}],
    // what was written since `since` only; `forget_fields` removes that, too.
    void slim(base::Json& object);
    static void forget_fields(base::Json& object);
    // What other projects defined, after `slim`: nobody here knows where theirs keeps a credential,
    // so every text of spec and status is looked through, and what a key calls a secret becomes a
    // token (a password, a key, a token) or its size (a `secret` is mostly a mere reference).
    void foreign(base::Json& object);
    // Of a kind that nobody here has ever seen only what the API conventions give a meaning:
    // kind, metadata, spec, status. Some keep their credentials beside these.
    static void conventional(base::Json& object);
    // What an event says in words.
    void event(base::Json& object);

  private:
    void containers(base::Json& pod_spec);
    void environment(base::Json& variable);
    void command_line(base::Json& words);
    void look_through(base::Json& value, std::string_view key);
    std::string safe(const std::string& text);

    base::Nanos since_;
    bool values_;
    std::unordered_map<std::string, std::string> seen_;
};

}  // namespace insight::collectors::kubernetes
