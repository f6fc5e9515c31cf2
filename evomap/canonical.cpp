#include "evomap/canonical.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/crypto.h"
#include "evomap/spelling.h"

namespace insight::evomap {
namespace {

// Keys are sorted by bytes already, which differs from JavaScript's order of UTF-16 units only
// where a surrogate pair meets a unit above it: from the lead byte EE on.
bool needs_sorting(const Json::object_t& members) {
    const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0xee; };
    return std::any_of(members.begin(), members.end(), [&](const auto& one) {
        return std::any_of(one.first.begin(), one.first.end(), high);
    });
}

class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    // `skipped`: a key of this very object that is left out; empty for none.
    bool value(const Json& value, int depth, std::string_view skipped = {}) {
        switch (value.type()) {
            case Json::value_t::object:
                return depth < kMaxAssetDepth &&
                       object(value.get_ref<const Json::object_t&>(), depth, skipped);
            case Json::value_t::array:
                return depth < kMaxAssetDepth && array(value, depth);
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

    bool object(const Json::object_t& members, int depth, std::string_view skipped) {
        out_ += '{';
        bool first = true;
        const auto is_skipped = [&](const std::string& key) {
            return !skipped.empty() && key == skipped;
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

base::Result<std::string> written(const Json& value, std::string_view skipped) {
    std::string out;
    out.reserve(4096);
    if (JsonWriter(out).value(value, 0, skipped)) return out;
    return base::fail(base::ErrorKind::Invalid,
                      "the asset has text that is not UTF-8 or is nested deeper than 256 levels");
}

}  // namespace

base::Result<std::string> canonical(const Json& value) {
    return written(value, {});
}

base::Result<std::string> asset_id(const Json& asset) {
    if (!asset.is_object())
        return base::fail(base::ErrorKind::Invalid, "an asset must be a JSON object");
    if (asset.contains(kLostKey))
        return base::fail(base::ErrorKind::Invalid,
                          "an asset must not have the key '__proto__': other nodes lose it");
    const auto text = written(asset, kOwnId);
    if (!text) return base::fail(text.error());
    return std::string(kIdPrefix) + base::sha256_hex(*text);
}

base::Result<Json> parse_asset(std::string_view text, std::string_view what) {
    auto asset = base::parse_json(text, what, {.bytes = kMaxAssetBytes, .depth = kMaxAssetDepth});
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
