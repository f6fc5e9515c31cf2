// A collector kind with one field of every type, and the surroundings a case sets for itself.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/config.h"

namespace insight::config {

inline constexpr std::array<Field, 8> kThingFields{{
    {"url", FieldType::Url, "", "where it is", true},
    {"dsn", FieldType::Secret, "", "how to log in"},
    {"timeout", FieldType::Duration, "5s", "how long to wait"},
    {"limit", FieldType::Count, "500", "how many rows"},
    {"verify", FieldType::Flag, "true", "check certificates"},
    {"labels", FieldType::TextMap, "", "added to every series"},
    {"queries", FieldType::TextList, "", "asked too"},
    {"cluster", FieldType::Text, "", "the cluster it belongs to"},
}};

inline CollectorKinds kinds() {
    return {{"thing", "a thing", kThingFields}, {"prometheus", "metrics", kThingFields}};
}

// A block with bounds and a list, and one that must have something when it is there.
inline constexpr std::array<Field, 4> kShareFields{{
    {"apiUrl", FieldType::Url, "https://share.example", "where it is"},
    {"minConfidence", FieldType::Number, "0.8", "from when on"},
    {"note", FieldType::Text, "", "shown with it"},
    {"key", FieldType::Secret, "", "how to log in"},
}};
inline constexpr std::array<Limit, 1> kShareLimits{{{.key = "minConfidence", .most = 1}}};
inline constexpr std::array<Field, 2> kPeerFields{{
    {"url", FieldType::Url, "", "where it is", true},
    {"weight", FieldType::Count, "1", "how much it counts"},
}};
inline constexpr std::array<BlockList, 1> kShareLists{{{"peers", "whom to ask", kPeerFields}}};
inline constexpr Block kShare{"share", "what is shared", kShareFields, kShareLimits, kShareLists};

inline constexpr std::array<Field, 1> kDeskFields{{{"url", FieldType::Url, "", "where", true}}};
inline constexpr Block kDesk{"desk", "a desk", kDeskFields};

inline Known known() {
    return {kinds(), {&kShare, &kDesk}};
}

inline base::Result<Config> parse_text(std::string_view text) {
    return parse(text, "config.yaml", known());
}

inline std::string error_of(std::string_view text) {
    const auto config = parse_text(text);
    return config ? "no error" : config.error().message;
}

// Sets a variable for the life of the object; an empty value removes it.
class Variable {
  public:
    Variable(std::string name, const std::string& value) : name_(std::move(name)) {
        if (const char* before = std::getenv(name_.c_str())) before_ = before;
        set(value.empty() ? std::nullopt : std::optional(value));
    }
    ~Variable() { set(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    void set(const std::optional<std::string>& value) const {
        if (value)
            ::setenv(name_.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name_.c_str());
    }

    std::string name_;
    std::optional<std::string> before_;
};

// A file of its own for one case.
class TemporaryFile {
  public:
    TemporaryFile(const std::string& name, const std::string& content)
        : folder_(testing::TempDir() + "insight-config-" + std::to_string(::getpid()) + "-" +
                  name) {
        std::filesystem::create_directories(folder_);
        path_ = folder_ / name;
        std::ofstream(path_, std::ios::binary) << content;
        std::filesystem::permissions(path_, std::filesystem::perms(0600));
    }
    ~TemporaryFile() { std::filesystem::remove_all(folder_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path folder_;
    std::filesystem::path path_;
};

}  // namespace insight::config
