// The border: what must not leave the process becomes a stable token, and comes back for those who
// may read it.
//
// Told apart: cloud and API keys, bearer tokens, passwords (in URLs, in key=value, in JSON keys),
// private keys, JWTs, e-mail addresses, card numbers (Luhn), IBANs (mod 97), and, where asked for,
// private addresses, host names and file paths. A token names its kind and is made by HMAC-SHA-256
// with the border's key, so that the same value has the same token across logs, events, SQL and
// diffs of one incident, and nobody without the key can guess what stands behind it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/secret.h"

namespace insight::base {

struct RedactionRules {
    bool private_addresses = false;  // 10/8, 172.16/12, 192.168/16, 127/8, fc00::/7, fe80::/10
    bool host_names = false;         // names with dots that are no version and no file name
    bool paths = false;              // absolute file paths
    std::vector<std::string>
        words;  // names of the organisation: whole words, compared as they stand
};

// Threads: one at a time, or one each.
class Border {
  public:
    Border(RedactionRules rules, Secret key);

    // "connect redis://:<password:3f9a12>@cache" — tokens look like <kind:hex>.
    std::string hide(std::string_view text);
    // Every text in it, keys too; the value of a key that names a secret whole.
    Json hide(const Json& json);

    // Tokens that hide() of this border has given out, put back. Unknown tokens stay.
    [[nodiscard]] std::string restore(std::string_view text) const;
    [[nodiscard]] Json restore(const Json& json) const;

    [[nodiscard]] std::size_t hidden() const { return values_.size(); }  // different values

  private:
    RedactionRules rules_;
    Secret key_;
    std::map<std::string, std::string, std::less<>> values_;  // token to value
};

}  // namespace insight::base
