#include "github/answer_cache.h"

namespace insight::github {

std::size_t AnswerCache::Entry::size() const {
    // The key stands in the list and in the map; 200 for their nodes, roughly.
    return 2 * key.size() + answer.body.size() + answer.etag.size() + answer.link.size() + 200;
}

void AnswerCache::drop(std::list<Entry>::iterator entry) {
    bytes_ -= entry->size();
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

std::optional<KeptAnswer> AnswerCache::find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->answer;
}

void AnswerCache::keep(const std::string& key, KeptAnswer answer) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
    Entry entry{key, std::move(answer)};
    if (entry.size() > largest_) return;
    bytes_ += entry.size();
    entries_.push_front(std::move(entry));
    by_key_[key] = entries_.begin();
    while (bytes_ > most_) drop(std::prev(entries_.end()));
}

std::size_t AnswerCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace insight::github
