#include "analysis/logs/template_miner.h"

#include <cstring>

#include "analysis/logs/line_scan.h"

namespace insight::analysis::logs {
namespace {

constexpr std::size_t kNames = 12;         // slots remembered of one shape
constexpr std::size_t kShapeBytes = 1024;  // of text kept of one shape
constexpr std::size_t kCoarseWords = 6;

// Multiplication to 128 bits, both halves folded: the mixing step of wyhash.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

constexpr std::uint64_t kSpaceMark = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kValueMark = 0xc2b2ae3d27d4eb4f;
constexpr std::uint64_t kStep = 0xa0761d6478bd642f;

std::uint64_t hash_text(std::uint64_t state, std::string_view text) {
    const char* at = text.data();
    std::size_t left = text.size();
    while (left >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        state = mix(state ^ word, kStep);
        at += 8;
        left -= 8;
    }
    std::uint64_t word = left;  // the length, so that "ab" + "c" is not "a" + "bc"
    for (std::size_t i = 0; i < left; ++i) word = (word << 8U) | static_cast<unsigned char>(at[i]);
    return mix(state ^ word, kStep ^ (text.size() << 1U));
}

struct HashSink {
    std::uint64_t state = kStep;
    std::array<std::uint32_t, kNames> names{};
    std::size_t name_count = 0;

    void space() { state = mix(state ^ kSpaceMark, kStep); }
    void mark(char c) { state = mix(state ^ static_cast<unsigned char>(c), kSpaceMark); }
    void text(std::string_view text) { state = hash_text(state, text); }
    void variable(std::string_view) { state = mix(state ^ kValueMark, kStep); }
    void name(std::string_view value) {
        state = mix(state ^ kValueMark, kStep);
        if (name_count < kNames)
            names[name_count++] = static_cast<std::uint32_t>(hash_text(kStep, value));
    }
};

struct TextSink {
    std::string out;
    void space() { put(" "); }
    void mark(char c) { put({&c, 1}); }
    void text(std::string_view text) { put(text); }
    void variable(std::string_view) { put("\x01"); }
    void name(std::string_view value) {
        if (out.size() + value.size() + 2 > kShapeBytes) return;
        put("\x02");
        put(value);
        put("\x03");
    }
    void put(std::string_view text) {
        if (out.size() < kShapeBytes) out.append(text.substr(0, kShapeBytes - out.size()));
    }
};

// The first plain words, everything else a value.
struct CoarseSink {
    std::string out;
    std::size_t words = 0;
    void space() {}
    void mark(char) { value(); }
    void variable(std::string_view) { value(); }
    void name(std::string_view) { value(); }
    void text(std::string_view text) {
        if (words >= kCoarseWords || text.size() > 32) return value();
        if (!out.empty()) out += ' ';
        out += text;
        ++words;
    }
    void value() {
        if (out.empty() || out.back() == '\x01') return;
        out += " \x01";
    }
};

}  // namespace

TemplateMiner::TemplateMiner(MinerLimits limits) : limits_(limits), table_(1024) {}

TemplateMiner::Slot& TemplateMiner::slot_of(std::uint64_t key) {
    const std::size_t mask = table_.size() - 1;
    std::size_t at = key & mask;
    while (table_[at].shape != 0 && table_[at].key != key) at = (at + 1) & mask;
    return table_[at];
}

void TemplateMiner::grow() {
    std::vector<Slot> old(table_.size() * 2);
    old.swap(table_);
    for (const Slot& slot : old)
        if (slot.shape != 0) slot_of(slot.key) = slot;
}

std::uint32_t TemplateMiner::add_shape(std::uint64_t key, std::string text, bool coarse) {
    if ((used_ + 1) * 2 > table_.size()) grow();
    text_bytes_ += text.size();
    coarse_shapes_ += coarse ? 1 : 0;
    shapes_.push_back({key, std::move(text), 0, coarse, {}});
    slot_of(key) = {key, static_cast<std::uint32_t>(shapes_.size())};
    ++used_;
    return static_cast<std::uint32_t>(shapes_.size() - 1);
}

std::uint32_t TemplateMiner::add_coarse(std::string_view line) {
    ++coarse_lines_;
    CoarseSink sink;
    scan_line(line, sink);
    std::uint64_t key = mix(hash_text(kValueMark, sink.out), kSpaceMark);
    if (const Slot& slot = slot_of(key); slot.shape != 0) return slot.shape - 1;
    if (coarse_shapes_ < limits_.coarse_shapes) return add_shape(key, sink.out + " \x01", true);
    key = kValueMark;
    if (const Slot& slot = slot_of(key); slot.shape != 0) return slot.shape - 1;
    return add_shape(key, "\x01", true);
}

std::uint32_t TemplateMiner::add(std::string_view line) {
    HashSink sink;
    scan_line(line, sink);
    const Slot& slot = slot_of(sink.state);
    if (slot.shape != 0) {
        Shape& shape = shapes_[slot.shape - 1];
        ++shape.lines;
        for (std::size_t i = 0; i < shape.names.size(); ++i)
            shape.names[i].varied |= shape.names[i].first != sink.names[i];
        return slot.shape - 1;
    }
    std::uint32_t index = 0;
    // The text is only written for new shapes; a known line costs its hash.
    if (shapes_.size() >= limits_.shapes || text_bytes_ >= limits_.text_bytes) {
        index = add_coarse(line);
    } else {
        TextSink text;
        scan_line(line, text);
        index = add_shape(sink.state, std::move(text.out), false);
        for (std::size_t i = 0; i < sink.name_count; ++i)
            shapes_[index].names.push_back({sink.names[i], false});
    }
    ++shapes_[index].lines;
    return index;
}

std::vector<std::uint32_t> TemplateMiner::merge(const TemplateMiner& other) {
    std::vector<std::uint32_t> became;
    became.reserve(other.shapes_.size());
    coarse_lines_ += other.coarse_lines_;
    for (const Shape& theirs : other.shapes_) {
        std::uint32_t index = 0;
        if (const Slot& slot = slot_of(theirs.key); slot.shape != 0) {
            index = slot.shape - 1;
            Shape& ours = shapes_[index];
            for (std::size_t i = 0; i < ours.names.size(); ++i)
                // Where the other one has no name but a plain value, the place has changed.
                ours.names[i].varied |= i >= theirs.names.size() || theirs.names[i].varied ||
                                        theirs.names[i].first != ours.names[i].first;
        } else if (theirs.coarse ||
                   (shapes_.size() < limits_.shapes && text_bytes_ < limits_.text_bytes)) {
            // Coarse shapes of two miners: at most twice their limit.
            index = add_shape(theirs.key, theirs.text, theirs.coarse);
            shapes_[index].names = theirs.names;
        } else {
            index = add_coarse(theirs.text);
            coarse_lines_ += theirs.lines - 1;
        }
        shapes_[index].lines += theirs.lines;
        became.push_back(index);
    }
    return became;
}

}  // namespace insight::analysis::logs
