// Answers kept for conditional requests: a 304 costs nothing of the rate limit. Bounded; what was
// used longest ago goes first. Threads: any.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace insight::github {

struct KeptAnswer {
    std::string etag;
    std::string body;
    std::string link;    // its Link header
    bool final = false;  // named by a whole SHA: it never changes, no need to ask again
};

class AnswerCache {
  public:
    explicit AnswerCache(std::size_t bytes = 16U << 20, std::size_t largest = 1U << 20)
        : most_(bytes), largest_(largest) {}

    [[nodiscard]] std::optional<KeptAnswer> find(const std::string& key);
    // Ignored when it is too large to keep.
    void keep(const std::string& key, KeptAnswer answer);
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Entry {
        std::string key;
        KeptAnswer answer;
        [[nodiscard]] std::size_t size() const;
    };

    void drop(std::list<Entry>::iterator entry);

    mutable std::mutex mutex_;
    std::list<Entry> entries_;  // last used first
    std::map<std::string, std::list<Entry>::iterator, std::less<>> by_key_;
    std::size_t bytes_ = 0;
    std::size_t most_;
    std::size_t largest_;
};

}  // namespace insight::github
