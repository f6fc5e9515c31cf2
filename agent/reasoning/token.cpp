#include "agent/reasoning/token.h"

#include <re2/re2.h>

#include <cmath>

#include "agent/reasoning/clock.h"
#include "agent/reasoning/flow.h"

namespace insight::agent::reasoning {
namespace {

constexpr double kRoughly = 0.1;  // "doubled" is said of what grew by 1.8 to 2.2

struct FactorWord {
    std::string_view word;
    double factor;
};
// ("twice" may also be a count: then the evidence says the word)
constexpr std::array kFactorWords{
    FactorWord{"doubled", 2},   FactorWord{"doubling", 2}, FactorWord{"doubles", 2},
    FactorWord{"twice", 2},     FactorWord{"thrice", 3},   FactorWord{"tripled", 3},
    FactorWord{"tripling", 3},  FactorWord{"triples", 3},  FactorWord{"quadrupled", 4},
    FactorWord{"tenfold", 10},  FactorWord{"twofold", 2},  FactorWord{"halved", 0.5},
    FactorWord{"halving", 0.5}, FactorWord{"halves", 0.5}};

// Plain text between the parts with a form of their own: numbers and words.
void add_plain(const std::string& text, std::size_t offset, const std::set<std::string>& names,
               std::vector<Token>& out) {
    std::size_t at = 0;
    const auto words = [&](std::size_t from, std::size_t to) {
        // Without inner parts: "CrashLoopBackOff" is looked up as it stands.
        std::string word;
        std::size_t i = from;
        const auto end = [&] {
            if (word.empty()) return;
            const std::size_t length = word.size();
            std::string small = base::lower(word);
            if (small.ends_with("'s") && names.contains(small.substr(0, small.size() - 2))) {
                small.resize(small.size() - 2);
                word.resize(small.size());
            }
            Token token;
            token.text = word;
            token.kind = names.contains(small) ? TokenKind::Name : TokenKind::Word;
            token.word = kind_of(small);
            token.entity = token.kind == TokenKind::Name;
            token.begin = offset + i - length;
            token.end = offset + i;
            const auto* const factor =
                std::find_if(kFactorWords.begin(), kFactorWords.end(),
                             [&](const FactorWord& one) { return one.word == small; });
            if (factor != kFactorWords.end() && token.kind == TokenKind::Word) {
                token.kind = TokenKind::Factor;
                token.factor = factor->factor;
                token.factor_slack = factor->factor * kRoughly;
            }
            out.push_back(std::move(token));
            word.clear();
        };
        // What has a digit and is no number by itself ("3/5", "30m", "**97**", "$4") is looked up
        // as it stands: a digit that nobody read would be shown as if somebody had.
        const auto odd = [&](std::size_t begin) {
            std::size_t stop = begin;
            bool digit = false;
            while (stop < to && std::isspace(static_cast<unsigned char>(text[stop])) == 0)
                digit = std::isdigit(static_cast<unsigned char>(text[stop++])) != 0 || digit;
            return digit ? stop : begin;
        };
        for (; i < to; ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            const bool starts = i == from || std::isspace(static_cast<unsigned char>(text[i - 1]));
            if (const std::size_t stop = starts || std::isdigit(byte) != 0 ? odd(i) : i; stop > i) {
                end();
                Token token;
                token.kind = TokenKind::Name;
                token.text = text.substr(i, stop - i);
                token.begin = offset + i;
                while (!token.text.empty() && std::string_view(".,;:!?)").find(token.text.back()) !=
                                                  std::string_view::npos)
                    token.text.pop_back();
                token.end = token.begin + token.text.size();
                out.push_back(std::move(token));
                i = stop - 1;
            } else if (std::isalpha(byte) != 0 || byte >= 128 || text[i] == '\'') {
                word += text[i];
            } else {
                end();
            }
        }
        end();
    };
    for (FoundFigure& found : figures_in(text)) {
        words(at, found.begin);
        Token token;
        token.kind = TokenKind::Number;
        token.text = found.figure.text;
        token.figure = std::move(found.figure);
        token.begin = offset + found.begin;
        token.end = offset + found.end;
        out.push_back(std::move(token));
        at = found.end;
    }
    words(at, text.size());
}

// "3x", "155-fold", "4 times lower"
Token factor_token(std::string text) {
    Token token;
    token.kind = TokenKind::Factor;
    const std::string number = text.substr(0, text.find_first_not_of("0123456789."));
    const auto dot = number.find('.');
    token.factor = std::strtod(number.c_str(), nullptr);
    // Half of the last digit, as with numbers: "3x" stands for 2.5 to 3.5.
    token.factor_slack = dot == std::string::npos
                             ? 0.5
                             : 0.5 * std::pow(10.0, -static_cast<double>(number.size() - dot - 1));
    for (const char* less : {"lower", "less", "fewer"})
        if (text.ends_with(less) && token.factor > 0) {
            token.factor = 1 / token.factor;
            token.factor_slack = token.factor * kRoughly;
        }
    token.text = std::move(text);
    return token;
}

}  // namespace

std::string with_long_rates(const std::string& statement) {
    static const re2::RE2 kShort(R"((\d[kM]?)\s?(?:rps|qps|tps|RPS|QPS|TPS)\b)");
    static const re2::RE2 kBits(R"((\d)\s?([kMG])(?:bps|bit/s)\b)");
    static const re2::RE2 kPeriod(
        R"((\d(?:\s?[A-Za-z]{1,3})?)(\s[A-Za-z]+)?/(s|sec|second|min|minute|h|hour)\b)");
    std::string out = statement;
    re2::RE2::GlobalReplace(&out, kShort, R"(\1 requests per second)");
    re2::RE2::GlobalReplace(&out, kBits, R"(\1 \2bit per second)");
    re2::RE2::GlobalReplace(&out, kPeriod, R"(\1\2 per \3)");
    return out;
}

namespace {

// What a number is a number of, once the tokens around it are known.
void read_counts(std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        Figure& figure = tokens[i].figure;
        if (tokens[i].kind != TokenKind::Number) continue;
        figure.inclusive = i > 1 && is_word(tokens, i - 2, "at") &&
                           (is_word(tokens, i - 1, "least") || is_word(tokens, i - 1, "most"));
        if (i + 1 == tokens.size()) break;
        const Token& next = tokens[i + 1];
        // "41 requests", "41 times", "2 of 4 requests"
        const bool part = is_word(tokens, i + 1, "of") && i + 3 < tokens.size() &&
                          tokens[i + 2].kind == TokenKind::Number;
        const Token& noun = part ? tokens[i + 3] : next;
        figure.counted = figure.per == 0 && figure.measure == Measure::Plain && !next.apart &&
                         noun.kind == TokenKind::Word &&
                         (noun.word == WordKind::Content || base::lower(noun.text) == "times");
        for (std::size_t j = i + 1; figure.per > 0 && j < tokens.size() && j <= i + 4; ++j) {
            if (tokens[j].kind != TokenKind::Word) break;
            tokens[j].of_rate = true;
            if (base::lower(tokens[j].text) != "per" || j + 1 >= tokens.size()) continue;
            tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(j),
                         tokens.begin() + static_cast<std::ptrdiff_t>(j) + 2);
            break;
        }
    }
}

void read_marks(const std::string& text, std::vector<Token>& tokens) {
    for (std::size_t i = 1; i < tokens.size(); ++i)
        for (std::size_t at = tokens[i - 1].end; at < tokens[i].begin && at < text.size(); ++at)
            tokens[i].apart = tokens[i].apart ||
                              std::string_view(",;:!?.(").find(text[at]) != std::string_view::npos;
}

}  // namespace

namespace {

// "dropped from 340", "went down": elsewhere packets are dropped, and servers are down.
void read_courses(std::vector<Token>& tokens) {
    static constexpr std::array<std::string_view, 2> kDropped{"dropped", "drops"};
    static constexpr std::array<std::string_view, 2> kWent{"went", "goes"};
    static constexpr std::array<std::string_view, 3> kBehind{"from", "to", "by"};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool served = i > 1 && tokens[i - 2].entity;  // "cart went down"
        const bool led = i > 0 && is_any(kWent, tokens[i - 1]) && !served;
        const bool leads = i + 1 < tokens.size() && is_any(kBehind, tokens[i + 1]);
        if ((is_any(kDropped, tokens[i]) && leads) ||
            (is_word(tokens, i, "down") && (led || leads)))
            tokens[i].word = WordKind::Fall;
        // "up to 41" is at most that.
        const bool bound = !led && is_word(tokens, i + 1, "to");
        if (is_word(tokens, i, "up") && bound) tokens[i].word = WordKind::Content;
        if (is_word(tokens, i, "up") && (led || leads) && !bound) tokens[i].word = WordKind::Rise;
    }
}

// "12 ms -> 340 ms": "from 12 ms to 340 ms".
std::string with_long_changes(const std::string& statement) {
    static const re2::RE2 kArrow(
        "((?:^|\\s))([^\\s,;()]+(?:\\s[A-Za-z%]{1,3})?)\\s*(?:->|=>|\u2192)\\s*");
    std::string out = statement;
    re2::RE2::GlobalReplace(&out, kArrow, R"(\1from \2 to )");
    return out;
}

}  // namespace

std::vector<Token> tokens_of(const std::string& written, const std::set<std::string>& names) {
    // A minus behind a clock without seconds is no offset: "10:45-10:51" are two times.
    static const std::string kNamed = R"(\s?(?:UTC|GMT)[+-]\d\d?(?::?\d\d)?\b)";
    static const std::string kOffset = R"(Z|[+-]\d\d:?\d\d\b|)" + kNamed;
    static const re2::RE2 kForms(
        "(`[^`]*`|\"[^\"]*\"|\u201c[^\u201d]*\u201d)"  // quotation
        R"(|(\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:)" +
        kOffset + R"()?|\b\d\d:\d\d(?::\d\d(?:)" + kOffset + R"(|\b)|Z|\+\d\d:?\d\d\b|)" + kNamed +
        R"(|\b)))"                   // time
        R"(|(\b\d{4}-\d\d-\d\d\b))"  // date
        "|(\\b\\d+(?:\\.\\d+)?\\s?(?:x\\b|\u00d7|-?fold\\b|times "
        "(?:higher|more|as|larger|greater|longer|slower|lower|less|fewer)\\b))"  // factor
        "|((?:\\b|/)[A-Za-z][A-Za-z0-9]*(?:[_./"
        ":@-][A-Za-z0-9]+)+|\\b[A-Za-z_]+\\d\\w*|\\b\\d+(?:\\.\\d+){2,}(?::\\d+)?)");
    const std::string statement = with_long_changes(with_long_rates(written));
    std::vector<Token> out;
    const re2::StringPiece input(statement);
    std::array<re2::StringPiece, 6> match;
    std::size_t at = 0;
    while (at < statement.size() &&
           kForms.Match(input, at, statement.size(), re2::RE2::UNANCHORED, match.data(), 6)) {
        const auto begin = static_cast<std::size_t>(match[0].data() - statement.data());
        add_plain(statement.substr(at, begin - at), at, names, out);
        Token token;
        token.text = std::string(match[0]);
        if (!match[1].empty()) {
            token.kind = TokenKind::Quote;
            const std::size_t mark = token.text[0] == '`' || token.text[0] == '"' ? 1 : 3;
            token.text = token.text.substr(mark, token.text.size() - 2 * mark);
        } else if (!match[2].empty()) {
            token.kind = TokenKind::Moment;
        } else if (!match[3].empty()) {
            token.kind = TokenKind::Moment;
            token.with_date = true;
        } else if (!match[4].empty()) {
            token = factor_token(token.text);
        } else {
            token.kind = TokenKind::Name;
            token.entity = names.contains(base::lower(token.text));
        }
        token.begin = begin;
        token.end = begin + match[0].size();
        if (!token.text.empty()) out.push_back(std::move(token));
        at = begin + std::max<std::size_t>(1, match[0].size());
    }
    if (at < statement.size()) add_plain(statement.substr(at), at, names, out);
    read_courses(out);
    read_clocks(statement, out);
    read_marks(statement, out);
    read_counts(out);
    read_flows(out);
    return out;
}

bool is_word(const std::vector<Token>& tokens, std::size_t index, std::string_view word) {
    return index < tokens.size() && tokens[index].kind == TokenKind::Word &&
           base::lower(tokens[index].text) == word;
}

bool is_course(const Token& token) {
    return token.kind == TokenKind::Word &&
           (token.word == WordKind::Rise || token.word == WordKind::Fall);
}

}  // namespace insight::agent::reasoning
