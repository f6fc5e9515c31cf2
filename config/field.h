// A configuration key as data: from one declaration come validation, the JSON Schema, help and
// docs.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace insight::config {

enum class FieldType { Text, Url, Duration, Count, Number, Flag, Secret, TextMap, TextList };

// All views are of constants: fields outlive every configuration.
struct Field {
    std::string_view key;
    FieldType type = FieldType::Text;
    // What a file could say in its place; it passes the same checks.
    std::string_view fallback;  // as written in the file; empty: none
    std::string_view help;      // one sentence
    bool required = false;
};

// Bounds beyond the type of a key.
struct Limit {
    std::string_view key;
    std::int64_t least = 0;  // of a Count or Number; of a Duration in nanoseconds
    std::int64_t most = 0;
    std::span<const std::string_view> choices{};  // of a Text: one of these
};

// One configured instance of a collector, checked against its fields; defaults are filled in.
class Instance {
  public:
    Instance() = default;
    Instance(std::string name, base::Json settings, std::map<std::string, base::Secret> secrets)
        : name_(std::move(name)), settings_(std::move(settings)), secrets_(std::move(secrets)) {}

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::int64_t count(std::string_view key) const;
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] base::Nanos duration(std::string_view key) const;
    [[nodiscard]] std::map<std::string, std::string> text_map(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> text_list(std::string_view key) const;
    // empty when not configured
    [[nodiscard]] base::Secret secret(std::string_view key) const;
    // everything but the secrets; of an MCP server the entry as it stands
    [[nodiscard]] const base::Json& settings() const { return settings_; }

  private:
    std::string name_;
    base::Json settings_ = base::Json::object();
    std::map<std::string, base::Secret> secrets_;
};

}  // namespace insight::config
