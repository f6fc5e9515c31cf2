// What a border has given out, and what it knows to be secret.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/redaction.h"
#include "core/base/redaction/known_values.h"

namespace insight::base {
namespace redaction {

// Threads: one at a time.
class Memory {
  public:
    explicit Memory(Secret key);

    // The token of a value, the same for its encoded and its plain form.
    std::string token_for(std::string_view raw, std::string_view kind);
    // A token that came from elsewhere (the entrance, a door with the same key) as this memory
    // writes it: by the surroundings of a value its token may have been named after another kind.
    std::string token_again(std::string_view token, std::string_view digits);
    // From now on it is hidden wherever it stands, also in Base64.
    void learn(std::string_view raw, std::string_view kind, bool told);

    // By the digits of its token; nullptr: never given out.
    [[nodiscard]] const std::string* value_of(std::string_view digits) const;
    [[nodiscard]] const KnownValues& known() const { return known_; }
    [[nodiscard]] std::size_t size() const { return given_.size(); }

  private:
    struct Given {
        std::string token;
        std::string value;
    };
    void alias(const std::string& form, const std::string& value, std::string_view kind, bool told);

    Secret key_;
    std::unordered_map<std::string, Given> given_;          // by the digits of the token
    std::unordered_map<std::string, std::string> foreign_;  // tokens of others, by their digits
    std::unordered_map<std::string, std::string> aliases_;
    KnownValues known_;
};

}  // namespace redaction

class Border::Memory final : public redaction::Memory {
  public:
    using redaction::Memory::Memory;
};

}  // namespace insight::base
