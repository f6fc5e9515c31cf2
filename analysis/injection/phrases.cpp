#include "analysis/injection/phrases.h"

#include "core/base/redaction/patterns.h"

namespace insight::analysis::injection {
namespace {

using base::redaction::any_of;
using base::redaction::each_match;
using base::redaction::matches;

// Characters, not bytes: RE2 loses alternatives that share the first byte of a letter otherwise.
re2::RE2::Options character_options() {
    re2::RE2::Options options(re2::RE2::DefaultOptions);
    options.set_max_mem(32 << 20);
    options.set_log_errors(false);
    return options;
}

struct Phrase {
    std::string_view family;
    double weight;
    std::string_view pattern;
};

// One of weight 1 is enough; the others need company of another family within the same stretch.
// What stands in ordinary logs ("ignoring previous error", "run the following command") weighs
// little alone. Texts arrive in lower case.
constexpr Phrase kPhrases[] = {
    // --- away with the instructions
    {"override", 1,
     R"re(\b(?:ignore|disregard|forget|override|bypass|discard|do not follow|don't follow|stop following)\b[^.\n]{0,40}\b(?:instruction|prompt|directive|guideline|system message|system rule|safety rule)s?\b)re"},
    {"override", 1,
     R"re(\b(?:new|updated|revised|real|actual|secret|hidden|priority|important)\s+(?:system\s+)?(?:instructions?|prompt|directives?)\s*(?::|for (?:the )?(?:ai|assistant|agent|model|llm)))re"},
    {"override", 0.6,
     R"re(\b(?:ignore|forget|disregard)\s+(?:everything|all(?: of this)?|anything)\s+(?:above|before|so far|previous|prior|else|you))re"},
    {"override", 1,
     R"re(\b(?:ignoriere|vergiss|missachte)\b[^.\n]{0,40}\b(?:anweisung|instruktion|vorgabe|regel)(?:en)?\b)re"},
    {"override", 1,
     R"re(\b(?:ignore[zr]?|oublie[zr]?)\b[^.\n]{0,40}\b(?:instruction|consigne|directive)s?\b)re"},
    {"override", 1,
     R"re(\b(?:ignor[ae]|olvida|omite|desconsidere|esque(?:ça|ca))\b[^.\n]{0,40}\b(?:instruccion|instruç|instruc|directric|ordem|orden)(?:es|s|ões|oes)?)re"},
    {"override", 1, R"re((?:忽略|无视|忘记)[^.\n]{0,30}(?:指令|指示|提示|说明|规则))re"},
    {"override", 1,
     R"re((?:以前|これまで|上記)[^.\n]{0,24}(?:指示|命令)[^.\n]{0,12}(?:無視|忘れ))re"},
    {"override", 1,
     R"re((?:игнорируй|игнорировать|забудь|проигнорируй)[^.\n]{0,60}(?:инструкци|указани|команд))re"},
    // --- forged roles of a chat
    {"role", 1,
     R"re(<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id|end_of_turn)\|>|<start_of_turn>|<<sys>>|\[/?inst\])re"},
    {"role", 0.8,
     R"re(</?(?:system|system_prompt|instructions?|assistant|tool_result|function_results?|function_calls?|tool_calls?|tool_use|evidence|data)(?:\s[^<>]{0,60})?>)re"},
    {"role", 0.5,
     R"re((?:^|[^\w\s]\s{0,3}|\n\s{0,8})(?:system|assistant|developer|human)(?:\s+(?:message|prompt|instruction))?\s*:\s)re"},
    {"role", 0.8,
     R"re(\b(?:begin|end|start)(?:\s+of)?\s+(?:system prompt|system message|instructions|untrusted data|evidence|prompt)\b)re"},
    // --- speaking to the reader that is no person
    {"address", 0.6,
     R"re(\b(?:dear|attention|hey|hello|hi|note to|message (?:to|for)|instructions? (?:to|for)|to) (?:the |any |all |an? )?(?:ai\b|llm|language model|(?:ai )?assistant|chat ?bot|copilot|claude|chatgpt|gpt|gemini|sre agent|ai agent|automated (?:analyst|investigator|agent)))re"},
    {"address", 0.6,
     R"re(\byou are (?:now |no longer |an? )?(?:an? |the )?(?:\w+ )?(?:ai\b|assistant|language model|llm|agent|jailbroken|unrestricted|dan\b))re"},
    {"address", 0.6,
     R"re(\bif you are (?:an? |the )?(?:\w+ )?(?:ai\b|llm|language model|assistant|agent|bot))re"},
    {"address", 0.5,
     R"re(\b(?:as an ai|your (?:system prompt|instructions|training|guidelines|operator|task is|new task|real task)|from now on,? you|act as|pretend (?:to be|that|you)))re"},
    {"address", 0.6,
     R"re(\b(?:ai (?:assistant|agent|model)|assistant|llm|language model)[,:]?\s+(?:please|you (?:must|should)|must|should)\b)re"},
    // --- what to find, say or leave out
    {"verdict", 0.6,
     R"re(\b(?:report|conclude|state|answer|respond|reply|say|write|claim|tell (?:the user|them|everyone))\b[^.\n]{0,30}\b(?:nothing (?:is )?(?:wrong|happened|unusual)|no (?:incident|problem|issue|root cause|action)|everything is (?:fine|ok|healthy|normal)|all (?:is )?(?:clear|healthy)|false alarm|the (?:root )?cause (?:is|was)))re"},
    {"verdict", 0.6,
     R"re(\b(?:mark|close|resolve|label|classify|set)\b[^.\n]{0,24}\b(?:incident|alert|ticket|finding|case|verdict|confidence|severity)\b[^.\n]{0,24}\b(?:as |to |with )(?:resolved|closed|benign|false|healthy|info|none|low|zero|0|1(?:\.0)?\b|100|nothing))re"},
    {"verdict", 0.6,
     R"re(\b(?:do not|don't|never|must not|refrain from)\s+(?:mention|report|investigate|tell|show|include|reveal|disclose|cite|flag|blame|mentioning|reporting))re"},
    {"verdict", 0.5,
     R"re(\b(?:blame|accuse|attribute (?:this|it|the \w+) to|the (?:only |true |real )?(?:root )?cause (?:must be|should be|is always))\b)re"},
    {"verdict", 0.5,
     R"re(\b(?:confidence|probability)\s*(?:of|to|=|:|is)?\s*(?:1\.0\b|1\b|100\b|full|maximum))re"},
    {"verdict", 0.6,
     R"re(\byou (?:must|should|have to|need to|will) (?:conclude|report|answer|reply|respond|say|state|ignore|claim)\b)re"},
    {"verdict", 0.6,
     R"re((?:melde|berichte|antworte|schreibe)\b[^.\n]{0,30}(?:alles in ordnung|kein(?:e|en)? (?:fehler|problem|vorfall|ursache)))re"},
    // --- what to do
    {"action", 0.6,
     R"re(\b(?:call|invoke|use|run|execute|trigger)\s+(?:the\s+|your\s+)?[`"']?[\w.-]{0,40}[`"']?\s*(?:tool|function|plugin|action)\b)re"},
    {"action", 0.5,
     R"re(\b(?:you (?:must|should|will|need to|have to|are required to)|please|now|immediately|first|then)\s+(?:\w+\s+){0,3}(?:run|execute|delete|drop|scale|restart|apply|approve|merge|deploy|rollback|roll back|send|post|upload|curl|open|create)\b)re"},
    {"action", 0.6,
     R"re(\b(?:kubectl\s+(?:delete|scale|drain|exec|apply|patch)|rm -rf|drop\s+(?:table|database)|flushall|shutdown\s+nosave|detach delete|git push --force|(?:curl|wget)\s+[^\n|]{0,80}\|\s*(?:ba|z)?sh))re"},
    {"action", 0.6,
     R"re(\b(?:(?:approve|merge)\b[^.\n]{0,30}\b(?:plan|change|pull request|pr|fix|request|operation|step|user)|auto-?approve|skip (?:the )?approval|without (?:asking|approval|confirmation))\b)re"},
    // --- what to give away
    {"exfiltration", 0.8,
     R"re(\b(?:print|reveal|show|output|repeat|leak|dump|share|return|include|list|append|send|post|upload|e?-?mail|forward|exfiltrate)\b[^.\n]{0,40}\b(?:your (?:system )?(?:prompt|instructions|api key|keys|secrets?|credentials|environment|configuration|token)|(?:the )?system prompt|(?:all )?(?:environment variables|api keys|secrets and|credentials)))re"},
    {"exfiltration", 0.6,
     R"re(\b(?:send|post|upload|forward|e?-?mail|exfiltrate)\b[^.\n]{0,60}\b(?:to\s+)?(?:https?://|[\w.+-]+@[\w-]+\.))re"},
    {"exfiltration", 1, R"re(!\[[^\]\n]{0,80}\]\(\s*https?://[^)\s]{0,200}[?&][\w-]{1,30}=)re"},
};

}  // namespace

std::vector<Stretch> phrases_in(std::string_view text) {
    static const auto kAny = [] {
        std::vector<std::string_view> patterns;
        for (const Phrase& phrase : kPhrases) patterns.push_back(phrase.pattern);
        return any_of(patterns, character_options());
    }();
    static const auto kEach = [] {
        std::vector<std::unique_ptr<re2::RE2>> patterns;
        for (const Phrase& phrase : kPhrases)
            patterns.push_back(
                std::make_unique<re2::RE2>(std::string(phrase.pattern), character_options()));
        return patterns;
    }();
    std::vector<Stretch> out;
    if (!matches(text, *kAny)) return out;
    for (std::size_t i = 0; i < kEach.size(); ++i)
        each_match<0>(*kEach[i], text, [&](const re2::StringPiece* groups) {
            const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
            out.push_back(
                {begin, begin + groups[0].size(), kPhrases[i].family, kPhrases[i].weight});
        });
    return out;
}

}  // namespace insight::analysis::injection
