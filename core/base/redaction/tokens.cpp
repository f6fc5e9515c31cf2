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

}  // namespace

void find_tokens(std::string_view text, Findings& out) {
    static const auto kAny = [] {
        std::vector<std::string_view> patterns;
        for (const Form& form : kForms) patterns.push_back(form.pattern);
        return any_of(patterns);
    }();
    if (!matches(text, *kAny)) return;
    static const auto kEach = [] {
        std::array<std::unique_ptr<re2::RE2>, kForms.size()> patterns;
        for (std::size_t i = 0; i < kForms.size(); ++i)
            patterns[i] =
                std::make_unique<re2::RE2>(std::string(kForms[i].pattern), byte_options());
        return patterns;
    }();
    for (std::size_t i = 0; i < kForms.size(); ++i)
        each_match<2>(*kEach[i], text, [&](const re2::StringPiece* groups) {
            const re2::StringPiece& what = !groups[1].empty()   ? groups[1]
                                           : !groups[2].empty() ? groups[2]
                                                                : groups[0];
            // "bearer authentication" is a phrase, "s.InsidePaymentServiceImpl" a class
            const bool digits = view(what).find_first_of("0123456789") != std::string_view::npos;
            if (!digits && (kForms[i].kind == "vault_token" ||
                            (kForms[i].kind == "token" && what.size() < 20)))
                return;
            out.push_back(place(text, what, kForms[i].kind, kFormed));
        });
}

}  // namespace insight::base::redaction
