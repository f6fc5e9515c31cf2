// Keys and tokens that say by their first letters what they are. Forms: the issuers' documentation
// and the public rule sets of secret scanners.
#include <array>

#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {
namespace {

struct Form {
    std::string_view kind;
    std::string_view pattern;
};

// Word boundaries only where the first letters also end ordinary words ("task-…", "disk-…").
constexpr std::array<Form, 24> kForms{{
    {"aws_key", R"((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})"},
    {"google_key",
     R"(AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_.-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}|\b1//0[0-9A-Za-z_-]{30,})"},
    {"azure_key", R"([0-9A-Za-z_~.-]{3}[78]Q~[0-9A-Za-z_~.-]{31,34}|[A-Za-z0-9+/]{86}==)"},
    {"github_token", R"(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"},
    {"gitlab_token", R"(gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_-]{16,})"},
    {"slack_token",
     R"(xox[abeoprsc](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,})"},
    {"stripe_key", R"((?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,})"},
    {"jwt", R"(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"},
    {"api_key", R"(\bsk-[A-Za-z0-9_-]{16,})"},  // OpenAI, Anthropic, OpenRouter
    {"api_key", R"(npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|rubygems_[a-f0-9]{40,})"},
    {"api_key",
     R"(SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bkey-[0-9a-z]{32}\b|\bSK[0-9a-f]{32}\b)"},
    {"api_key", R"(do[opr]_v1_[a-f0-9]{40,}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,})"},
    {"vault_token", R"(\bhv[sbr]\.[A-Za-z0-9_-]{20,}|\bs\.[A-Za-z0-9]{24}\b)"},
    {"api_key", R"([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}|\bdapi[0-9a-f]{32}\b)"},
    {"api_key", R"(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,})"},
    {"api_key", R"(\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b)"},  // Telegram
    {"api_key", R"(gl(?:sa|c)_[A-Za-z0-9+/=_-]{20,}|\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9.]{20,})"},
    {"api_key",
     R"(lin_api_[A-Za-z0-9]{30,}|sntry[su]_[A-Za-z0-9+/=_-]{20,}|\bhf_[A-Za-z0-9]{30,})"},
    {"api_key",
     R"(NRAK-[A-Z0-9]{20,}|AGE-SECRET-KEY-1[0-9A-Z]{50,}|\bPMAK-[a-f0-9]{24}-[a-f0-9]{34})"},
    {"api_key", R"(discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{30,})"},
    {"api_key", R"(webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{30,})"},
    {"password_hash", R"(\$(?:2[abxy]|apr1|1|5|6|y|argon2(?:id|i|d))\$[./A-Za-z0-9$=,+-]{20,})"},
    {"password_hash", R"(SCRAM-SHA-(?:1|256)\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=:]+)"},
    {"token",
     R"((?i:\bbearer[ \t]+)([A-Za-z0-9._~+/=-]{8,})|(?i:\bbasic[ \t]+)([A-Za-z0-9+/=]{8,}))"},
}};

// What stands in every match of a form, and how far behind the match's begin.
constexpr Literal begin_of(int form, std::string_view text) {
    return {.text = text, .rule = form};
}
constexpr Literal token_word(int form, std::string_view text) {
    return {.text = text, .rule = form, .starts_word = true};
}
constexpr Literal within(int form, std::string_view text, std::uint8_t least, std::uint8_t most) {
    return {.text = text, .rule = form, .back_least = least, .back_most = most};
}
constexpr Literal scheme_of(int form, std::string_view text) {
    return {.text = text, .rule = form, .any_case = true, .starts_word = true};
}

// By the index of the form; a test holds both lists against each other.
constexpr std::array kTokenLiterals{
    begin_of(0, "AKIA"),
    begin_of(0, "ASIA"),
    begin_of(0, "ABIA"),
    begin_of(0, "ACCA"),
    begin_of(1, "AIza"),
    begin_of(1, "ya29."),
    begin_of(1, "GOCSPX-"),
    token_word(1, "1//0"),
    within(2, "Q~", 4, 4),
    within(2, "==", 86, 86),
    begin_of(3, "ghp_"),
    begin_of(3, "gho_"),
    begin_of(3, "ghu_"),
    begin_of(3, "ghs_"),
    begin_of(3, "ghr_"),
    begin_of(3, "github_pat_"),
    begin_of(4, "glpat-"),
    begin_of(4, "gldt-"),
    begin_of(4, "glrt-"),
    begin_of(4, "glcbt-"),
    begin_of(4, "glptt-"),
    begin_of(4, "glft-"),
    begin_of(4, "glsoat-"),
    begin_of(4, "glagent-"),
    begin_of(4, "gloas-"),
    begin_of(5, "xox"),
    begin_of(5, "xapp-"),
    begin_of(5, "hooks.slack.com/"),
    begin_of(6, "sk_live_"),
    begin_of(6, "sk_test_"),
    begin_of(6, "rk_live_"),
    begin_of(6, "rk_test_"),
    begin_of(6, "pk_live_"),
    begin_of(6, "pk_test_"),
    begin_of(6, "whsec_"),
    begin_of(7, "eyJ"),
    token_word(8, "sk-"),
    begin_of(9, "npm_"),
    begin_of(9, "pypi-"),
    begin_of(9, "rubygems_"),
    begin_of(10, "SG."),
    token_word(10, "key-"),
    token_word(10, "SK"),
    begin_of(11, "doo_v1_"),
    begin_of(11, "dop_v1_"),
    begin_of(11, "dor_v1_"),
    begin_of(11, "dckr_pat_"),
    begin_of(11, "dckr_oat_"),
    token_word(12, "hvs."),
    token_word(12, "hvb."),
    token_word(12, "hvr."),
    token_word(12, "s."),
    within(13, ".atlasv1.", 14, 14),
    token_word(13, "dapi"),
    begin_of(14, "shpat_"),
    begin_of(14, "shpca_"),
    begin_of(14, "shppa_"),
    begin_of(14, "shpss_"),
    begin_of(14, "sq0"),
    within(15, ":AA", 8, 10),
    begin_of(16, "glsa_"),
    begin_of(16, "glc_"),
    token_word(16, "dp.pt."),
    token_word(16, "dp.st."),
    token_word(16, "dp.ct."),
    token_word(16, "dp.sa."),
    begin_of(17, "lin_api_"),
    begin_of(17, "sntrys_"),
    begin_of(17, "sntryu_"),
    token_word(17, "hf_"),
    begin_of(18, "NRAK-"),
    begin_of(18, "AGE-SECRET-KEY-1"),
    token_word(18, "PMAK-"),
    begin_of(19, "discord.com/api/webhooks/"),
    begin_of(19, "discordapp.com/api/webhooks/"),
    begin_of(20, "webhook.office.com/webhookb2/"),
    begin_of(21, "$2a$"),
    begin_of(21, "$2b$"),
    begin_of(21, "$2x$"),
    begin_of(21, "$2y$"),
    begin_of(21, "$apr1$"),
    begin_of(21, "$1$"),
    begin_of(21, "$5$"),
    begin_of(21, "$6$"),
    begin_of(21, "$y$"),
    begin_of(21, "$argon2"),
    begin_of(22, "SCRAM-SHA-"),
    scheme_of(23, "bearer"),
    scheme_of(23, "basic"),
};

}  // namespace

std::span<const Literal> token_literals() {
    return kTokenLiterals;
}

void find_tokens(std::string_view text, const Likely& likely, Findings& out) {
    static const auto kEach = [] {
        std::array<std::unique_ptr<re2::RE2>, kForms.size()> patterns;
        for (std::size_t i = 0; i < kForms.size(); ++i)
            patterns[i] =
                std::make_unique<re2::RE2>(std::string(kForms[i].pattern), byte_options());
        return patterns;
    }();
    for (std::size_t i = 0; i < kForms.size(); ++i) {
        const auto found = [&](const re2::StringPiece* groups) {
            const re2::StringPiece& what = !groups[1].empty()   ? groups[1]
                                           : !groups[2].empty() ? groups[2]
                                                                : groups[0];
            // "bearer authentication" is a phrase, "s.InsidePaymentServiceImpl" a class
            const bool digits = view(what).find_first_of("0123456789") != std::string_view::npos;
            if (!digits && (kForms[i].kind == "vault_token" ||
                            (kForms[i].kind == "token" && what.size() < 20)))
                return;
            out.push_back(place(text, what, kForms[i].kind, kFormed));
        };
        if (likely.everywhere) {
            each_match<2>(*kEach[i], text, found);
            continue;
        }
        // every "eyJ" of one long word leads to the same end of it
        const auto end_of_word = [&](const Candidate& one) -> std::size_t {
            if (kForms[i].kind != "jwt") return 0;
            std::size_t end = one.begin;
            while (end < text.size() && (is_word_byte(text[end]) || text[end] == '-')) ++end;
            return end;
        };
        each_match_at<2>(*kEach[i], text, likely.of(kTokenRules + static_cast<int>(i)), found,
                         end_of_word);
    }
}

}  // namespace insight::base::redaction
