// One log line, told apart into what the programmer wrote and what the moment filled in.
// One setting for every system: only the shape of the characters decides, no word list of a
// product. The rules follow how people label templates (Khan et al., "Guidelines for Assessing the
// Accuracy of Log Message Template Identification Techniques", ICSE 2022): numbers, anything with
// a digit between delimiters, paths, addresses, identifiers and booleans are variable.
//
// `scan_line` walks the line once, allocates nothing and tells a sink what it sees:
//   sink.space()                 a run of white space; none at the ends
//   sink.mark(char)              one delimiter
//   sink.text(string_view)       constant text without white space
//   sink.variable(string_view)   a value
//   sink.name(string_view)       letters with a short number ("wl0", "IPv6"): a value in one
//                                system and a name in another; how often it changes tells
// Threads: safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace insight::analysis::logs {

namespace scan {

enum : std::uint8_t {
    kAlpha = 1,  // letters, underscore and every byte beyond ASCII
    kDigit = 2,
    kNotHex = 4,  // a letter that is no hexadecimal digit
    kInner = 8,   // . - + @ # $ % & / \ ~ * ^ ` ? inside words
    kSlash = 16,
    kMark = 32,   // , ; : = | " ' [ ] ( ) { } < > !
    kSpace = 64,  // white space and control characters
    kUpper = 128
};

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> out{};
    for (int c = 0; c < 256; ++c) {
        std::uint8_t kind = 0;
        if (c <= 32 || c == 127)
            kind = kSpace;
        else if (c >= '0' && c <= '9')
            kind = kDigit;
        else if ((c >= 'a' && c <= 'f'))
            kind = kAlpha;
        else if ((c >= 'A' && c <= 'F'))
            kind = kAlpha | kUpper;
        else if (c >= 'A' && c <= 'Z')
            kind = kAlpha | kNotHex | kUpper;
        else if ((c >= 'a' && c <= 'z') || c == '_' || c >= 128)
            kind = kAlpha | kNotHex;
        else
            kind = kInner;
        out[static_cast<std::size_t>(c)] = kind;
    }
    for (const char c : std::string_view(",;:=|\"'[](){}<>!"))
        out[static_cast<unsigned char>(c)] = kMark;
    out['/'] = kInner | kSlash;
    out['\\'] = kInner | kSlash;
    return out;
}
inline constexpr auto kClasses = make_classes();

inline std::uint8_t class_of(char c) {
    return kClasses[static_cast<unsigned char>(c)];
}
inline bool is_hex(char c) {
    const std::uint8_t kind = class_of(c);
    return (kind & kDigit) != 0 || kind == kAlpha || kind == (kAlpha | kUpper);
}

// Lengths of what begins at `at` and reads across delimiters; 0: nothing of the kind.
std::size_t address_length(const char* at, const char* end);  // MAC, IPv6: hex groups between ':'
std::size_t url_length(const char* at, const char* end);      // from its "scheme" on
// Where the query of a path that reached `at` ends.
const char* query_end(const char* at, const char* end);
// The word between two delimiters is no name of this program: true, false, null, nil.
bool is_literal_value(std::string_view word);
// 8-4-4-4-12 hexadecimal digits
bool is_uuid(const char* at, const char* end);

}  // namespace scan

// Longer lines are scanned up to here: what tells templates apart stands at the beginning.
inline constexpr std::size_t kScannedBytes = 4096;

// A word with a digit in it, a leading slash, or many hexadecimal letters.
template <class Sink>
void scan_word_with_value(const char* begin, const char* end, Sink& sink);

template <class Sink>
void scan_line(std::string_view line, Sink& sink) {
    using namespace scan;
    const char* at = line.data();
    const char* const end = at + std::min(line.size(), kScannedBytes);
    bool pending_space = false;
    bool started = false;
    while (at < end) {
        const std::uint8_t kind = class_of(*at);
        if ((kind & kSpace) != 0) {
            if (*at == 27 && at + 1 < end && at[1] == '[') {  // colours of a terminal
                at += 2;
                while (at < end && (class_of(*at) & kAlpha) == 0) ++at;
            }
            ++at;
            pending_space = started;
            continue;
        }
        if (pending_space) sink.space();
        pending_space = false;
        started = true;
        if ((kind & kMark) != 0) {
            sink.mark(*at++);
            continue;
        }
        const char* const begin = at;
        std::uint8_t seen = kind;
        while (++at < end) {
            const std::uint8_t next = class_of(*at);
            if ((next & (kMark | kSpace)) != 0) break;
            seen |= next;
        }
        const auto size = static_cast<std::size_t>(at - begin);
        if (at < end && *at == ':') {
            if (size <= 4 && (seen & (kNotHex | kInner)) == 0) {
                if (const std::size_t length = address_length(begin, end); length != 0) {
                    sink.variable({begin, length});
                    at = begin + length;
                    continue;
                }
            }
            if ((seen & kDigit) == 0 || size <= 8) {
                if (const std::size_t length = url_length(begin, end); length != 0) {
                    sink.variable({begin, length});
                    at = begin + length;
                    continue;
                }
            }
            if (size == 1 && at + 1 < end && at[1] == '\\') {  // C:\…: the path says it all
                ++at;
                continue;
            }
        }
        if ((seen & kDigit) != 0 || (kind & kSlash) != 0 ||
            (size >= 8 && (seen & (kNotHex | kInner)) == 0)) {
            // A path with a query goes on to the end of the query.
            if ((kind & kSlash) != 0 && at < end && *at == '=' && std::find(begin, at, '?') != at) {
                at = query_end(at, end);
                sink.variable({begin, static_cast<std::size_t>(at - begin)});
                continue;
            }
            scan_word_with_value(begin, at, sink);
            // "10.0.0.1:8080" is one address
            if (at + 1 < end && *at == ':' && (seen & kAlpha) == 0 && size >= 7 &&
                (class_of(at[1]) & kDigit) != 0 && std::count(begin, at, '.') == 3) {
                ++at;
                while (at < end && (class_of(*at) & kDigit) != 0) ++at;
            }
        } else if (size <= 5 && is_literal_value({begin, size})) {
            sink.variable({begin, size});
        } else {
            sink.text({begin, size});
        }
    }
}

template <class Sink>
void scan_word_with_value(const char* begin, const char* end, Sink& sink) {
    using namespace scan;
    if ((class_of(*begin) & kSlash) != 0 && end - begin > 1) {
        sink.variable({begin, static_cast<std::size_t>(end - begin)});
        return;
    }
    struct Piece {
        const char* begin;
        const char* end;
        std::uint8_t seen;
        bool value;
    };
    std::array<Piece, 16> pieces;
    std::size_t count = 0, values = 0;
    const char* at = begin;
    while (at < end) {
        const char* const piece = at;
        // A sign belongs to its number when nothing stands before it.
        if (at == begin && (*at == '-' || *at == '+') && at + 1 < end &&
            (class_of(at[1]) & kDigit) != 0)
            ++at;
        if (end - at >= 36 && is_uuid(at, end)) {
            at += 36;
            if (count < pieces.size()) pieces[count] = {piece, at, kDigit | kInner, true};
            ++count, ++values;
        } else {
            std::uint8_t seen = 0;
            while (at < end && (class_of(*at) & kInner) == 0) seen |= class_of(*at++);
            if (at > piece) {
                const bool value =
                    (seen & kDigit) != 0 || (at - piece >= 8 && (seen & (kNotHex | kInner)) == 0);
                if (count < pieces.size()) pieces[count] = {piece, at, seen, value};
                ++count;
                values += value ? 1 : 0;
            }
        }
        while (at < end && (class_of(*at) & kInner) != 0) ++at;
    }
    // Three parts and some of them values: one identifier ("cp-1.rack.example", "a.b.C@8a2a501").
    if (count > pieces.size() || (count >= 3 && values > 0 && values < count)) {
        // … but the full stop after it ends the sentence.
        const char* stop = end;
        while (stop > begin && (stop[-1] == '.' || stop[-1] == '?')) --stop;
        sink.variable({begin, static_cast<std::size_t>(stop - begin)});
        if (stop < end) sink.text({stop, static_cast<std::size_t>(end - stop)});
        return;
    }
    const char* done = begin;
    for (std::size_t i = 0; i < count; ++i) {
        const Piece& piece = pieces[i];
        if (piece.begin > done) sink.text({done, static_cast<std::size_t>(piece.begin - done)});
        done = piece.end;
        if (!piece.value) {
            sink.text({piece.begin, static_cast<std::size_t>(piece.end - piece.begin)});
            continue;
        }
        // "6.1.7601" is one number
        std::size_t last = i;
        while (last + 1 < count && pieces[last + 1].value && *pieces[last].end == '.' &&
               pieces[last + 1].begin == pieces[last].end + 1)
            ++last;
        done = pieces[last].end;
        const std::string_view value{piece.begin, static_cast<std::size_t>(done - piece.begin)};
        i = last;
        const auto is_digit = [](char c) { return (class_of(c) & kDigit) != 0; };
        const bool name = last == i && value.size() <= 16 && (piece.seen & kAlpha) != 0 &&
                          (piece.seen & kDigit) != 0 && (piece.seen & kInner) == 0 &&
                          !is_digit(value[0]) &&
                          std::count_if(value.begin(), value.end(), is_digit) <= 2 &&
                          value.find('_') == std::string_view::npos;
        if (name)
            sink.name(value);
        else
            sink.variable(value);
    }
    if (done < end) sink.text({done, static_cast<std::size_t>(end - done)});
}

}  // namespace insight::analysis::logs
