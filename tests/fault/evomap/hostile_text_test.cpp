// A text must not be able to tell the quick way to its id from the long one: same id, same refusal,
// same words.
#include <gtest/gtest.h>

#include <random>

#include "evomap/asset_hasher.h"
#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

std::string verdict(const base::Result<std::string>& id) {
    return id ? *id : "refused: " + id.error().text();
}

std::string long_way(std::string_view text) {
    const auto asset = parse_asset(text, "the asset");
    return verdict(asset ? asset_id(*asset) : base::Result<std::string>(base::fail(asset.error())));
}

// Assets with every kind of value, in spellings that are allowed and unusual.
class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    template <std::size_t size>
    std::string one_of(const std::array<const char*, size>& words) {
        return words[below(size)];
    }

    std::string space() { return one_of<6>({"", "", "", " ", "\n", "\t \r"}); }

    std::string string() {
        static constexpr std::array<const char*, 20> kParts{
            "a",       "signal",   "strategy of eight and more",
            "\\u0000", "\\n",      "\\\"",
            "\\\\",    "\\/",      "é",
            "连接池",  "😀",        "\\ud83d\\ude00",
            "\\ue000", "\uffff",   "\x7f",
            "\\u001f", "asset_id", "<&>",
            "\u2028",  "12345678"};
        std::string out = "\"";
        for (std::size_t i = below(5); i > 0; --i) out += one_of(kParts);
        return out + "\"";
    }

    std::string number() {
        static constexpr std::array<const char*, 16> kNumbers{"0",
                                                              "-0",
                                                              "-0.0",
                                                              "1E4",
                                                              "0.1",
                                                              "1e21",
                                                              "1e-7",
                                                              "5e-324",
                                                              "1.7976931348623157e308",
                                                              "9007199254740993",
                                                              "-9223372036854775808",
                                                              "18446744073709551615",
                                                              "18446744073709551616",
                                                              "123456789012345680000",
                                                              "3.0",
                                                              "-12.5e+3"};
        return one_of(kNumbers);
    }

    std::string value(int depth) {
        switch (below(depth > 0 ? 8 : 6)) {
            case 0:
                return one_of<3>({"null", "true", "false"});
            case 1:
            case 2:
                return number();
            case 6:
                return list('[', ']', [&] { return value(depth - 1); });
            case 7:
                return object(depth - 1);
            default:
                return string();
        }
    }

    std::string object(int depth) {
        return list('{', '}', [&] { return string() + space() + ":" + space() + value(depth); });
    }

    // One to three bytes overwritten, taken out, put in or doubled.
    std::string mutated(std::string text) {
        static constexpr std::string_view kBytes(
            "{}[]\",:\\u0e+-.9\0\xed\xa0\x80\xff\xef\xbb\xbf\f ", 25);
        for (std::size_t i = 1 + below(3); i > 0 && !text.empty(); --i) {
            const std::size_t at = below(text.size());
            switch (below(4)) {
                case 0:
                    text[at] = kBytes[below(kBytes.size())];
                    break;
                case 1:
                    text.erase(at, 1 + below(3));
                    break;
                case 2:
                    text.insert(at, 1, kBytes[below(kBytes.size())]);
                    break;
                default:
                    text.insert(at, text.substr(below(text.size()), below(12)));
            }
        }
        return text;
    }

  private:
    template <typename Member>
    std::string list(char open, char close, const Member& member) {
        std::string out(1, open);
        for (std::size_t i = below(5); i > 0; --i)
            out += space() + member() + space() + (i > 1 ? "," : "");
        return out + close;
    }

    std::mt19937 random_;
};

TEST(EvomapHostileText, generated_assets_have_one_id_whichever_way_they_are_read) {
    Generator generator(20261121);
    AssetHasher hasher;
    for (int i = 0; i < 3'000; ++i) {
        const std::string text = generator.object(4);
        ASSERT_EQ(verdict(hasher.id(text, "the asset")), long_way(text)) << text;
    }
    // Keys twice and integers beyond 64 bits are often made here, and are all that goes that way.
    EXPECT_LT(hasher.slow(), 2'000U);
    EXPECT_GT(hasher.slow(), 0U);
}

TEST(EvomapHostileText, damaged_assets_get_the_same_verdict_in_the_same_words) {
    Generator generator(7);
    AssetHasher hasher;
    int refused = 0;
    for (int i = 0; i < 12'000; ++i) {
        const std::string text = generator.mutated(generator.object(3));
        const std::string expected = long_way(text);
        refused += expected.starts_with("refused") ? 1 : 0;
        ASSERT_EQ(verdict(hasher.id(text, "the asset")), expected) << text;
    }
    EXPECT_GT(refused, 3'000);
    EXPECT_LT(refused, 11'000);
}

TEST(EvomapHostileText, corners_get_the_same_verdict) {
    const auto nested = [](int levels, const std::string& inside) {
        return R"({"a":)" + std::string(static_cast<std::size_t>(levels - 1), '[') + inside +
               std::string(static_cast<std::size_t>(levels - 1), ']') + "}";
    };
    std::vector<std::string> texts{
        "",
        " ",
        "{}",
        "[]",
        "null",
        "\"text\"",
        "{} {}",
        "\xef\xbb\xbf{}",
        "\xef\xbb{}",
        std::string("{}\0{}", 5),
        std::string("{\"a\":\"\0\"}", 9),
        "{\"a\":1}\f",
        "{\"a\":\"\xed\xb0\x80\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}",
        R"({"a":"\udc00"})",
        R"({"a":"\ud800"})",
        R"({"a":"\ud800\u0041"})",
        R"({"\udc00":1})",
        R"({"a":"\udc00","a":1})",
        R"({"a":1,"a":2})",
        R"({"a":2,"\u0061":1})",
        R"({"asset_id":1,"asset_id":2})",
        R"({"asset\u005fid":"x","b":1})",
        R"({"b":{"asset_id":"stays"}})",
        R"({"__proto__":1})",
        R"({"\u005f_proto__":1})",
        R"({"a":{"__proto__":1}})",
        R"({"a":1e400})",
        R"({"a":-1e400})",
        R"({"a":1e-400})",
        R"({"a":01})",
        R"({"a":1.})",
        R"({"a":.5})",
        R"({"a":+1})",
        R"({"a":NaN})",
        R"({"a":0x10})",
        R"({"a":9223372036854775808})",
        R"({"a":1,})",
        R"({"a":[1,]})",
        R"({"a" 1})",
        R"({a:1})",
        R"({'a':1})",
        R"({"a":"\x41"})",
        R"({"a":1 // remark
})",
        R"({"\uffff":1,"😀":2,"\ue000":3,"z":4})",
        nested(256, "1"),
        nested(257, "1"),
        nested(1500, "1"),
        nested(257, "!"),
        std::string(200'000, '['),
        R"({"a":")" + std::string(kMaxAssetBytes, 'x') + "\"}",
        R"({"a":")" + std::string(kMaxAssetBytes - 8, 'x') + "\"}",
    };
    AssetHasher hasher;
    for (const std::string& text : texts)
        EXPECT_EQ(verdict(hasher.id(text, "the asset")), long_way(text)) << text.substr(0, 80);
}

}  // namespace
}  // namespace insight::evomap
