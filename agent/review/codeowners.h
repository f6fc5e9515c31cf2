// CODEOWNERS, as GitHub reads it: patterns of .gitignore without negation and brackets, the last
// one that fits counts; "pattern" without owners takes ownership away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::review {

class CodeOwners {
  public:
    CodeOwners() = default;
    // Lines that cannot be read are left out, as GitHub does. Bounded to 3 MiB and 20,000 lines.
    explicit CodeOwners(std::string_view text);

    [[nodiscard]] std::vector<std::string> of(std::string_view path) const;  // empty: nobody
    [[nodiscard]] bool empty() const { return rules_.empty(); }

    // Where GitHub looks, in its order.
    static const std::vector<std::string>& places();

  private:
    struct Rule {
        std::vector<std::string> patterns;  // as patch rules have them
        std::vector<std::string> owners;
    };
    std::vector<Rule> rules_;
};

}  // namespace insight::review
