// Names of things that belong to whoever runs this: pods, hosts, services, tenants. Published, each
// becomes what kind of thing it is and a number.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace insight::evomap {

class Names {
  public:
    // Names under three characters, numbers and well-known products are not names of anybody.
    void add(std::string_view kind, std::string_view name);

    // Whole words that are a name become "[pod 1]"; the number is that of first use. Longer names
    // go first. The same text gives the same answer for the same names.
    std::string hide(std::string_view text);

    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& known() const {
        return kinds_;
    }

  private:
    std::string label(const std::string& name);

    std::map<std::string, std::string, std::less<>> kinds_;   // name to kind
    std::vector<std::string> by_length_;                      // longest first
    std::map<std::string, std::string, std::less<>> labels_;  // name to "[pod 1]"
    std::map<std::string, int, std::less<>> used_;            // numbers given out by kind
};

}  // namespace insight::evomap
