#include "evomap/asset_hasher.h"

#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "core/base/crypto.h"
#include "evomap/canonical.h"
#include "evomap/spelling.h"

namespace insight::evomap {
namespace {

namespace dom = simdjson::dom;

// simdjson counts the document itself as a level.
constexpr std::size_t kDepth = kMaxAssetDepth + 1;
constexpr std::size_t kUsualAsset = 16U << 10;

struct Member {
    std::string_view key;
    dom::element value;
};

// Key order of bytes is that of UTF-16 below the lead byte EE, which nearly every key is.
bool before(const Member& left, const Member& right) {
    return utf16_less(left.key, right.key);
}

// Writes canonical text. False: this text is for the long way.
class ParsedWriter {
  public:
    ParsedWriter(std::string& out, std::vector<Member>& members) : out_(out), members_(members) {}

    bool top(const dom::object& asset) {
        // JavaScript loses a key "__proto__" when it reads JSON, so other nodes would compute
        // another id.
        return std::none_of(asset.begin(), asset.end(),
                            [](const auto& one) { return one.key == kLostKey; }) &&
               object(asset, 0, kOwnId);
    }

  private:
    bool value(const dom::element& value, int depth) {
        switch (value.type()) {
            case dom::element_type::OBJECT:
                return depth < kMaxAssetDepth && object(dom::object(value), depth, {});
            case dom::element_type::ARRAY:
                return depth < kMaxAssetDepth && array(dom::array(value), depth);
            case dom::element_type::STRING:
                return append_string(out_, std::string_view(value));
            case dom::element_type::INT64:
                append_number(out_, static_cast<double>(std::int64_t(value)));
                return true;
            case dom::element_type::UINT64:
                append_number(out_, static_cast<double>(std::uint64_t(value)));
                return true;
            case dom::element_type::DOUBLE:
                append_number(out_, double(value));
                return true;
            case dom::element_type::BOOL:
                out_ += bool(value) ? "true" : "false";
                return true;
            case dom::element_type::NULL_VALUE:
                out_ += "null";
                return true;
        }
        return false;
    }

    // The members of all open objects lie in one vector, the innermost object's last: no
    // allocation an object. Positions, because the vector moves when it grows.
    bool object(const dom::object& from, int depth, std::string_view skipped) {
        const std::size_t start = members_.size();
        for (const auto one : from) members_.push_back({one.key, one.value});
        const std::size_t end = members_.size();
        const auto at = [&](std::size_t i) {
            return members_.begin() + static_cast<std::ptrdiff_t>(i);
        };
        if (!std::is_sorted(at(start), at(end), before)) std::sort(at(start), at(end), before);
        out_ += '{';
        bool first = true;
        for (std::size_t i = start; i < end; ++i) {
            const Member one = members_[i];
            // The last of equals counts, says JavaScript, but sorting has lost which that was.
            if (i > start && members_[i - 1].key == one.key) return false;
            if (!skipped.empty() && one.key == skipped) continue;
            if (!first) out_ += ',';
            first = false;
            if (!append_string(out_, one.key)) return false;
            out_ += ':';
            if (!value(one.value, depth + 1)) return false;
        }
        out_ += '}';
        members_.resize(start);
        return true;
    }

    bool array(const dom::array& from, int depth) {
        out_ += '[';
        bool first = true;
        for (const dom::element one : from) {
            if (!first) out_ += ',';
            first = false;
            if (!value(one, depth + 1)) return false;
        }
        out_ += ']';
        return true;
    }

    std::string& out_;
    std::vector<Member>& members_;
};

}  // namespace

struct AssetHasher::Buffers {
    dom::parser parser;
    std::vector<Member> members;
    std::string canonical;

    // Allocated by hand, because simdjson would allow a thousand levels.
    bool room_for(std::size_t bytes) {
        if (parser.capacity() >= bytes && parser.max_depth() == kDepth) return true;
        const std::size_t capacity = std::max(kUsualAsset, bytes);
        return parser.allocate(capacity, kDepth) == simdjson::SUCCESS;
    }

    bool write(std::string_view text) {
        dom::object asset;
        if (!room_for(text.size()) ||
            parser.parse(text.data(), text.size()).get(asset) != simdjson::SUCCESS)
            return false;
        members.clear();
        canonical.clear();
        return ParsedWriter(canonical, members).top(asset);
    }
};

AssetHasher::AssetHasher() : buffers_(std::make_unique<Buffers>()) {}

AssetHasher::~AssetHasher() = default;

base::Result<std::string> AssetHasher::id(std::string_view text, std::string_view what) {
    if (text.size() <= kMaxAssetBytes && buffers_->write(text))
        return std::string(kIdPrefix) + base::sha256_hex(buffers_->canonical);
    // The long way says what is wrong, and takes what the short one does not: equal keys, odd
    // UTF-8.
    ++slow_;
    const auto asset = parse_asset(text, what);
    if (!asset) return base::fail(asset.error());
    return asset_id(*asset);
}

}  // namespace insight::evomap
