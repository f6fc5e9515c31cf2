// A report as it is shown outside the service: every credential that is still in it has a number.
//
// What this product collects has tokens already. A window that was recorded elsewhere has not, and
// its report must be the same bytes on every machine, so no key of an installation may be in it. A
// key that everybody can derive from the window would not do either: who has the report could try
// short passwords until the token fits. A number says only that two places held the same value.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/redaction.h"

namespace insight::agent {

// Numbers count up from 1 by first appearance in the report, and mean nothing in another one.
// Threads: one at a time.
class Numbered {
  public:
    explicit Numbered(const base::Json& report);

    // The report with "<password:1>" where a credential was, also where it stands bare; digests of
    // evidence are those of what is shown. One without credentials is unchanged, byte by byte.
    // E-mail addresses and the like stay: who reads a report may know them (docs/privacy.md).
    [[nodiscard]] const base::Json& report() const { return shown_; }

    // More words about the same report, with the same numbers.
    std::string text(std::string_view text);

  private:
    std::string mark(std::string_view text);
    base::Json numbered(const base::Json& json);

    base::Border border_;
    std::map<std::string, std::size_t> numbers_;  // by the digits of the border's token
    base::Json shown_;
};

}  // namespace insight::agent
