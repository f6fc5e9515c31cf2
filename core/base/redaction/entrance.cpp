#include "core/base/redaction/entrance.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "core/base/redaction/key_names.h"
#include "core/base/redaction/layers.h"
#include "core/base/redaction/memory.h"
#include "core/base/redaction/remembered.h"
#include "core/base/redaction/token_places.h"

namespace insight::base {
namespace {

using redaction::Finding;
using redaction::Findings;

class Entrance {
  public:
    void key_from(const void* holder, std::function<Secret()> source) {
        // Tokens of another key would not fit the ones given out: all that was learned goes with
        // it.
        const std::unique_lock lock(mutex_);
        holder_ = holder;
        source_ = std::move(source);
        forget();
    }

    // Of two holders the earlier may go after the later came: it takes nothing with it.
    void let_go(const void* holder) {
        const std::unique_lock lock(mutex_);
        if (holder_ != holder) return;
        holder_ = nullptr;
        source_ = nullptr;
        forget();
    }

    std::string hide(std::string_view text) {
        const Findings tokens = redaction::tokens_in(text);
        const redaction::Layers layers(text);
        Findings found;
        layers.look(found, redaction::find_credentials);
        found = redaction::without(redaction::merged(found), tokens);
        // Kept ones are looked for by all collectors at once; only what is new waits.
        Findings known = found;
        layers.look(known, [&](std::string_view part, Findings& out) { find_known(part, out); });
        known = redaction::without(redaction::merged(known), tokens);
        if (known.empty()) return std::string(text);

        const std::unique_lock lock(mutex_);
        redaction::Memory& memory = opened();
        for (const Finding& one : found)
            memory.learn(text.substr(one.begin, one.end - one.begin), one.kind, false);
        any_ = true;
        return redaction::replaced(text, known, [&](std::string_view value, std::string_view kind) {
            return memory.token_for(value, kind);
        });
    }

    std::string whole(std::string_view value, std::string_view kind) {
        const std::size_t begin = redaction::scheme_length(value);
        const std::string_view secret = value.substr(begin);
        const Findings tokens = redaction::tokens_in(secret);
        if (tokens.size() == 1 && tokens[0].begin == 0 && tokens[0].end == secret.size())
            return std::string(value);
        const std::unique_lock lock(mutex_);
        redaction::Memory& memory = opened();
        memory.learn(secret, kind, false);
        any_ = true;
        return std::string(value.substr(0, begin)) + memory.token_for(secret, kind);
    }

    void find_known(std::string_view text, Findings& out) const {
        // Read without the lock: who comes a moment too early misses what nobody has given out yet.
        if (!any_) return;
        const std::shared_lock lock(mutex_);
        if (memory_) memory_->known().find(text, out);
    }

  private:
    // Asked late and under the lock: of two first ones both must get the same key.
    redaction::Memory& opened() {
        if (!memory_) memory_.emplace(source_ ? source_() : Secret());
        return *memory_;
    }

    void forget() {
        memory_.reset();
        any_ = false;
    }

    mutable std::shared_mutex mutex_;
    const void* holder_ = nullptr;  // compared, never followed
    std::function<Secret()> source_;
    std::optional<redaction::Memory> memory_;
    std::atomic<bool> any_ = false;
};

Entrance& entrance() {
    static Entrance the_one;
    return the_one;
}

}  // namespace

KeyOfEntrance::KeyOfEntrance(std::function<Secret()> source) {
    entrance().key_from(this, std::move(source));
}

KeyOfEntrance::~KeyOfEntrance() {
    entrance().let_go(this);
}

std::string veiled(std::string_view text) {
    return entrance().hide(text);
}

std::string veiled_value(std::string_view value, std::string_view key) {
    const std::string_view kind = redaction::secret_kind_of(key);
    return entrance().whole(value, kind.empty() ? "secret" : kind);
}

std::string veiled_under(std::string_view key, std::string_view value) {
    const std::string_view kind = redaction::secret_kind_of(key);
    const bool whole = !kind.empty() && redaction::is_worth_hiding(kind, value);
    return whole ? entrance().whole(value, kind) : entrance().hide(value);
}

void redaction::find_remembered(std::string_view text, Findings& out) {
    entrance().find_known(text, out);
}

}  // namespace insight::base
