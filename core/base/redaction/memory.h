// What a border has given out, and what it knows to be secret.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/redaction.h"
#include "core/base/redaction/known_values.h"

namespace insight::base {

// Threads: one at a time.
class Border::Memory {
  public:
    explicit Memory(Secret key);

    // The token of a value, the same for its encoded and its plain form.
    std::string token_for(std::string_view raw, std::string_view kind);
    // From now on it is hidden wherever it stands, also in Base64.
    void learn(std::string_view raw, std::string_view kind, bool told);

    // By the digits of its token; nullptr: never given out.
    [[nodiscard]] const std::string* value_of(std::string_view digits) const;
    [[nodiscard]] const redaction::KnownValues& known() const { return known_; }
    [[nodiscard]] std::size_t size() const { return given_.size(); }

  private:
    struct Given {
        std::string token;
        std::string value;
    };
    void alias(const std::string& form, const std::string& value, std::string_view kind, bool told);

    Secret key_;
    std::unordered_map<std::string, Given> given_;  // by the digits of the token
    std::unordered_map<std::string, std::string> aliases_;
    redaction::KnownValues known_;
};

}  // namespace insight::base
