#include "core/base/redaction/known_values.h"

#include <algorithm>
#include <cstring>

#include "core/base/redaction/literals.h"

namespace insight::base::redaction {
namespace {

constexpr std::size_t kStartBytes = 8;
constexpr std::size_t kMostKnownValues = 100'000;
constexpr std::size_t kMostOfOneStart = 32;  // else a hostile log could make every byte expensive

std::uint64_t start_of(const char* text) {
    std::uint64_t start = 0;
    std::memcpy(&start, text, sizeof start);
    return start;
}

constexpr std::size_t kFilterBits = 1U << 17;  // 16 KiB: it stays in the first cache

// Fibonacci hashing: the upper bits of a product depend on all eight bytes.
std::size_t filter_bit(std::uint64_t start) {
    return static_cast<std::size_t>((start * 0x9e3779b97f4a7c15ULL) >> 47U);
}

// Lower case, upper case, digits, others: how many of them the value has.
int variety(std::string_view value) {
    bool lower = false;
    bool upper = false;
    bool digit = false;
    bool other = false;
    for (const char c : value) {
        if (c >= 'a' && c <= 'z')
            lower = true;
        else if (c >= 'A' && c <= 'Z')
            upper = true;
        else if (c >= '0' && c <= '9')
            digit = true;
        else
            other = true;
    }
    return static_cast<int>(lower) + static_cast<int>(upper) + static_cast<int>(digit) +
           static_cast<int>(other);
}

// How many bytes of the value stand at the head of a text that was shortened within them; 0: it was
// not. "hunter2-in…" says nearly as much as the whole.
std::size_t cut_off(std::string_view text, std::string_view value) {
    constexpr std::string_view kEllipsis = "\u2026";
    const auto [in_text, in_value] =
        std::mismatch(text.begin(), text.end(), value.begin(), value.end());
    const auto same = static_cast<std::size_t>(in_text - text.begin());
    return same >= kStartBytes && text.substr(same).starts_with(kEllipsis) ? same : 0;
}

}  // namespace

void KnownValues::add(std::string_view value, std::string_view kind, bool told) {
    if (value.size() < kStartBytes || count_ >= kMostKnownValues) return;
    // of one sort of letters: an ordinary word
    if (!told && variety(value) < 2) return;
    const std::uint64_t start = start_of(value.data());
    std::vector<Value>& bucket = by_start_[start];
    if (bucket.size() >= kMostOfOneStart) return;
    if (std::any_of(bucket.begin(), bucket.end(), [&](const Value& v) { return v.text == value; }))
        return;
    bucket.push_back(
        // Long and mixed enough that no longer word has it by chance.
        {std::string(value), kind, told || (value.size() >= 12 && variety(value) >= 3)});
    if (filter_.empty()) filter_.resize(kFilterBits / 64);
    filter_[filter_bit(start) / 64] |= std::uint64_t{1} << (filter_bit(start) % 64);
    // the longest first: one may be the start of another
    std::sort(bucket.begin(), bucket.end(),
              [](const Value& a, const Value& b) { return a.text.size() > b.text.size(); });
    ++count_;
}

void KnownValues::find(std::string_view text, Findings& out) const {
    if (by_start_.empty() || text.size() < kStartBytes) return;
    for (std::size_t at = 0; at + kStartBytes <= text.size();) {
        const std::uint64_t start = start_of(text.data() + at);
        const std::size_t bit = filter_bit(start);
        if ((filter_[bit / 64] >> (bit % 64) & 1U) == 0) {
            ++at;
            continue;
        }
        // The filter says "perhaps" only: several starts share a bit.
        const auto bucket = by_start_.find(start);
        std::size_t taken = 0;
        if (bucket != by_start_.end()) {
            for (const Value& value : bucket->second) {
                const std::size_t length = text.substr(at, value.text.size()) == value.text
                                               ? value.text.size()
                                               : cut_off(text.substr(at), value.text);
                if (length == 0) continue;
                const std::size_t end = at + length;
                const bool whole = (at == 0 || !is_word_byte(text[at - 1])) &&
                                   (end == text.size() || !is_word_byte(text[end]));
                if (!whole && !value.anywhere) continue;
                out.push_back({at, end, value.kind, kKnown});
                taken = length;
                break;
            }
        }
        at += std::max<std::size_t>(taken, 1);
    }
}

}  // namespace insight::base::redaction
