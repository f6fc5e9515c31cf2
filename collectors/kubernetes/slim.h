// Objects as they are kept: without what nobody reads, and without what nobody may see.
#pragma once

#include <string>
#include <unordered_map>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

// Values of environment variables and arguments that look secret become stable tokens: the same
// value the same token within one collection, so that a changed one can be seen. Threads: one.
class Slimmer {
  public:
    // Field owners before `since` are forgotten. Slimmers of one salt make the same tokens. With
    // `values`, values of config maps are kept
    // (redacted); without, their sizes only.
    Slimmer(base::Nanos since, bool values, std::string salt);

    // metadata.managedFields becomes [{manager, time, subresource, fields: ["spec.template", …]}],
    // what was written since `since` only; `forget_fields` removes that, too.
    void slim(base::Json& object);
    static void forget_fields(base::Json& object);

  private:
    void containers(base::Json& pod_spec);
    void environment(base::Json& variable);
    std::string safe(const std::string& text);
    [[nodiscard]] std::string token_of(const std::string& value) const;

    base::Nanos since_;
    bool values_;
    std::string salt_;
    std::unordered_map<std::string, std::string> seen_;
};

}  // namespace insight::collectors::kubernetes
