// The border: what must not leave the process becomes a stable token, and comes back for those who
// may read it.
//
// Told apart: cloud and API keys, bearer tokens, passwords (in URLs, in key=value, in JSON keys),
// private keys, JWTs, e-mail addresses, card numbers (Luhn), IBANs (mod 97), and, where asked for,
// private addresses, host names and file paths. A token names its kind and is made by HMAC-SHA-256
// with the border's key, so that the same value has the same token across logs, events, SQL and
// diffs of one incident, and nobody without the key can guess what stands behind it.
//
// Percent-encoding and JSON escapes are looked through, three levels deep: "p%40ss" and "p@ss" are
// one value with one token. A secret that was seen once is hidden wherever it stands next, bare or
// in Base64, when it is at least eight bytes long and no ordinary word. What is cut in two by a
// line or a record is not recognised, nor is what has neither a key, a form nor a past.
// hide() of a well-formed text that went through before changes nothing. Time is linear in the
// text.
#pragma once

#include <concepts>
#include <memory>
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
        words;           // names of the organisation: whole words, compared as they stand
    bool people = true;  // e-mail addresses, card and account numbers; false: credentials alone
};

// Threads: one at a time, or one each.
class Border {
  public:
    // With an empty key a random one is made: tokens then mean nothing to another border.
    Border(RedactionRules rules, Secret key);
    ~Border();
    Border(Border&&) noexcept;
    Border& operator=(Border&&) noexcept;

    // A credential that is known to be one (the product's own): hidden from now on wherever it
    // stands, when it has at least eight bytes.
    void learn(const Secret& value);

    // "connect redis://:<password:3f9a12…>@cache": tokens look like <kind:12 or 24 hex digits>.
    std::string hide(std::string_view text);
    // Every text in it, keys too; the value of a key that names a secret whole. (A template, so
    // that a text is never taken for JSON.)
    template <std::same_as<Json> Value>
    Json hide(const Value& json) {
        return hide_json(json);
    }

    // Tokens that hide() of this border has given out, put back; by their digits, whatever the
    // kind says. Unknown tokens stay. Of a value that came encoded and plain the plain form.
    [[nodiscard]] std::string restore(std::string_view text) const;
    template <std::same_as<Json> Value>
    [[nodiscard]] Json restore(const Value& json) const {
        return restore_json(json);
    }

    // Different values; at most 200,000 are kept, later ones are hidden but not restored.
    [[nodiscard]] std::size_t hidden() const;

  private:
    class Memory;
    Json hide_json(const Json& json);
    Json hide_list(const Json& json);
    Json hide_table(const Json& columns, const Json& rows);
    Json hide_value(const Json& json, std::string_view kind);
    [[nodiscard]] Json restore_json(const Json& json) const;

    RedactionRules rules_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace insight::base
