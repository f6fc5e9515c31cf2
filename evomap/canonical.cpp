#include "evomap/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/crypto.h"

namespace insight::evomap {
namespace {

constexpr std::size_t kMaxAsset = 1U << 20;
constexpr int kMaxDepth = 256;
constexpr std::string_view kIdPrefix = "sha256:";
// JavaScript takes an assignment to this key for a change of the object's kind.
constexpr std::string_view kLostKey = "__proto__";

enum Byte : std::uint8_t { kPlain, kEscaped, kMultibyte };

constexpr std::array<Byte, 256> kBytes = [] {
    std::array<Byte, 256> out{};
    for (std::size_t i = 0; i < 0x20; ++i) out[i] = kEscaped;
    out['"'] = out['\\'] = kEscaped;
    for (std::size_t i = 0x80; i < 0x100; ++i) out[i] = kMultibyte;
    return out;
}();

Byte kind(char c) {
    return kBytes[static_cast<unsigned char>(c)];
}

// Length of the UTF-8 sequence that starts at `at`, 0 where it is none (RFC 3629).
std::size_t sequence(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80U) return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : length;
}

void append_escape(std::string& out, char c) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    switch (c) {
        case '"':
        case '\\':
            out.append(1, '\\').append(1, c);
            return;
        case '\b':
            out += "\\b";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\r':
            out += "\\r";
            return;
        default:
            out += "\\u00";
            out += kDigits[static_cast<unsigned char>(c) >> 4U];
            out += kDigits[static_cast<unsigned char>(c) & 15U];
    }
}

// Runs that need nothing are copied whole: it is what makes hashing fast.
bool append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Byte byte = kind(text[at]);
        if (byte == kPlain) {
            ++at;
        } else if (byte == kMultibyte) {
            const std::size_t length = sequence(text, at);
            if (length == 0) return false;
            at += length;
        } else {
            out.append(text, start, at - start);
            append_escape(out, text[at]);
            start = ++at;
        }
    }
    out.append(text, start, text.size() - start);
    out += '"';
    return true;
}

// Order by UTF-16 code units. It differs from the order of bytes only where a character beyond
// U+FFFF (lead byte F0 to F4, written as surrogates D800 to DFFF) meets U+E000 to U+FFFF (lead
// byte EE or EF).
bool utf16_less(std::string_view left, std::string_view right) {
    const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (a == left.end() || b == right.end()) return a == left.end() && b != right.end();
    const auto x = static_cast<unsigned char>(*a);
    const auto y = static_cast<unsigned char>(*b);
    const bool pair_x = x >= 0xf0;
    const bool pair_y = y >= 0xf0;
    if (pair_x != pair_y && x >= 0xee && y >= 0xee) return pair_x;
    return x < y;
}

bool needs_sorting(const Json::object_t& members) {
    const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0xee; };
    return std::any_of(members.begin(), members.end(), [&](const auto& one) {
        return std::any_of(one.first.begin(), one.first.end(), high);
    });
}

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    // `skipped`: a key of this very object that is left out; nullptr for none.
    bool value(const Json& value, int depth, const char* skipped = nullptr) {
        switch (value.type()) {
            case Json::value_t::object:
                return depth < kMaxDepth &&
                       object(value.get_ref<const Json::object_t&>(), depth, skipped);
            case Json::value_t::array:
                return depth < kMaxDepth && array(value, depth);
            case Json::value_t::string:
                return append_string(out_, value.get_ref<const std::string&>());
            case Json::value_t::boolean:
                out_ += value.get<bool>() ? "true" : "false";
                return true;
            case Json::value_t::number_integer:
            case Json::value_t::number_unsigned:
            case Json::value_t::number_float:
                append_number(out_, value.get<double>());
                return true;
            default:
                out_ += "null";
                return true;
        }
    }

  private:
    bool member(const std::string& key, const Json& of, int depth, bool& first) {
        if (!first) out_ += ',';
        first = false;
        if (!append_string(out_, key)) return false;
        out_ += ':';
        return value(of, depth + 1);
    }

    bool object(const Json::object_t& members, int depth, const char* skipped) {
        out_ += '{';
        bool first = true;
        const auto is_skipped = [&](const std::string& key) {
            return skipped != nullptr && key == skipped;
        };
        if (needs_sorting(members)) {
            std::vector<const Json::object_t::value_type*> sorted;
            for (const auto& one : members) sorted.push_back(&one);
            std::sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) {
                return utf16_less(left->first, right->first);
            });
            for (const auto* one : sorted)
                if (!is_skipped(one->first) && !member(one->first, one->second, depth, first))
                    return false;
        } else {
            for (const auto& [key, of] : members)
                if (!is_skipped(key) && !member(key, of, depth, first)) return false;
        }
        out_ += '}';
        return true;
    }

    bool array(const Json& value, int depth) {
        out_ += '[';
        bool first = true;
        for (const Json& one : value) {
            if (!first) out_ += ',';
            first = false;
            if (!this->value(one, depth + 1)) return false;
        }
        out_ += ']';
        return true;
    }

    std::string& out_;
};

base::Result<std::string> written(const Json& value, const char* skipped) {
    std::string out;
    out.reserve(4096);
    if (Writer(out).value(value, 0, skipped)) return out;
    return base::fail(base::ErrorKind::Invalid,
                      "the asset has text that is not UTF-8 or is nested deeper than 256 levels");
}

}  // namespace

base::Result<std::string> canonical(const Json& value) {
    return written(value, nullptr);
}

base::Result<std::string> asset_id(const Json& asset) {
    if (!asset.is_object())
        return base::fail(base::ErrorKind::Invalid, "an asset must be a JSON object");
    if (asset.contains(kLostKey))
        return base::fail(base::ErrorKind::Invalid,
                          "an asset must not have the key '__proto__': other nodes lose it");
    const auto text = written(asset, "asset_id");
    if (!text) return base::fail(text.error());
    return std::string(kIdPrefix) + base::sha256_hex(*text);
}

base::Result<Json> parse_asset(std::string_view text, std::string_view what) {
    auto asset = base::parse_json(text, what, {.bytes = kMaxAsset, .depth = kMaxDepth});
    if (!asset) return asset;
    if (!asset->is_object())
        return base::fail(base::ErrorKind::Invalid, fmt::format("{} is not a JSON object", what));
    if (asset->contains(kLostKey))
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("{} has the key '__proto__', which other nodes lose", what));
    return asset;
}

bool verifies(const Json& asset) {
    if (!asset.is_object()) return false;
    const auto claimed = asset.find("asset_id");
    if (claimed == asset.end() || !claimed->is_string()) return false;
    const auto id = asset_id(asset);
    return id && *id == claimed->get_ref<const std::string&>();
}

base::Status stamp(Json& asset) {
    auto id = asset_id(asset);
    if (!id) return base::fail(id.error());
    asset["asset_id"] = std::move(*id);
    return {};
}

std::size_t utf16_length(std::string_view utf8) {
    std::size_t units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
}

}  // namespace insight::evomap
