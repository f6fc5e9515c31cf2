// Card numbers (ISO/IEC 7812: issuer ranges, length, Luhn) and IBANs (ISO 13616: mod 97).
#include <algorithm>
#include <array>

#include "core/base/redaction/characters.h"
#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {
namespace {

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
        const int digit = (*it - '0') * (twice ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

// Without the issuers' ranges every tenth identifier of that length would be a card.
bool is_issued(std::string_view digits) {
    const int four = std::stoi(std::string(digits.substr(0, 4)));
    const std::size_t n = digits.size();
    if (four / 1000 == 4) return n == 13 || n == 16 || n == 19;  // Visa
    if ((four >= 5100 && four < 5600) || (four >= 2221 && four <= 2720))
        return n == 16;                                        // Mastercard
    if (four / 100 == 34 || four / 100 == 37) return n == 15;  // Amex
    // Diners Club
    if ((four >= 3000 && four < 3060) || four / 100 == 36 || four / 100 == 38) return n == 14;
    if (four >= 3528 && four <= 3589) return n >= 16 && n <= 19;  // JCB
    // Discover
    if (four == 6011 || four / 100 == 65 || (four >= 6440 && four < 6500))
        return n >= 16 && n <= 19;
    return four / 100 == 62 && n >= 16 && n <= 19;  // UnionPay
}

// Either no separators, or groups as cards have them.
bool is_grouped_as_cards_are(std::string_view number) {
    std::array<std::size_t, 6> groups{};
    std::size_t count = 0;
    std::size_t length = 0;
    for (const char c : number) {
        if (is_digit(c)) {
            ++length;
        } else {
            if (count + 1 >= groups.size()) return false;
            groups[count++] = length;
            length = 0;
        }
    }
    groups[count++] = length;
    if (count == 1) return true;
    // 4-6-5 of Amex, 4-6-4 of Diners Club
    if (count == 3) return groups[0] == 4 && groups[1] == 6 && (groups[2] == 5 || groups[2] == 4);
    return (count == 4 || count == 5) && groups[0] == 4 && groups[1] == 4 && groups[2] == 4 &&
           groups[3] == 4;
}

// A run of digits, in groups of one separator: where it ends, and how many digits it has.
struct Run {
    std::size_t end = 0;
    std::size_t digits = 0;
};

Run run_at(std::string_view text, std::size_t begin) {
    Run out{begin, 0};
    char separator = 0;
    for (; out.end < text.size(); ++out.end) {
        const char c = text[out.end];
        if (is_digit(c)) {
            ++out.digits;
        } else if ((c == ' ' || c == '-') && (separator == 0 || separator == c) &&
                   out.end + 1 < text.size() && is_digit(text[out.end + 1])) {
            separator = c;
        } else {
            break;
        }
    }
    return out;
}

bool is_card(std::string_view text, std::size_t begin, const Run& run) {
    const char before = begin > 0 ? text[begin - 1] : ' ';
    const char after = run.end < text.size() ? text[run.end] : ' ';
    const auto glued = [](char c) { return is_lower(c) || is_upper(c) || c == '_'; };
    // "1.4111111111111111" is a number, "…1111." the end of a sentence
    const bool fraction =
        before == '.' || (after == '.' && run.end + 1 < text.size() && is_digit(text[run.end + 1]));
    const std::string_view number = text.substr(begin, run.end - begin);
    if (glued(before) || glued(after) || fraction || !is_grouped_as_cards_are(number)) return false;
    std::string digits;
    std::copy_if(number.begin(), number.end(), std::back_inserter(digits), is_digit);
    return is_issued(digits) && passes_luhn(digits);
}

// Two capital letters at the start of a word before two digits: what an IBAN begins with.
bool follows_country(std::string_view text, std::size_t at) {
    return at >= 2 && is_upper(text[at - 1]) && is_upper(text[at - 2]) && at + 1 < text.size() &&
           is_digit(text[at + 1]) && (at == 2 || !is_word_byte(text[at - 3]));
}

// Cards, and where IBANs may begin, in one pass over the runs of digits.
void read_runs(std::string_view text, Findings& out, std::vector<Candidate>& countries) {
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        if (follows_country(text, at)) countries.push_back({0, at - 2});
        const Run run = run_at(text, at);
        if (run.digits >= 13 && run.digits <= 19 && is_card(text, at, run))
            out.push_back({at, run.end, "card", kGuessed});
        at = run.end;
    }
}

// Length by country, ISO 13616 registry; two letters and a number in one word.
std::size_t iban_length(std::string_view country) {
    static constexpr std::string_view kLengths =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18"
        "FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20"
        "LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24"
        "SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";
    for (std::size_t i = 0; i + 4 <= kLengths.size(); i += 4)
        if (kLengths.substr(i, 2) == country)
            return static_cast<std::size_t>((kLengths[i + 2] - '0') * 10 + kLengths[i + 3] - '0');
    return 0;
}

bool passes_mod97(std::string_view iban) {
    int rest = 0;
    for (std::size_t i = 0; i < iban.size(); ++i) {
        // Country and check digits are read last; a letter counts as two digits, A as 10.
        const char c = iban[(i + 4) % iban.size()];
        rest = is_digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    return rest == 1;
}

void find_ibans(std::string_view text, const std::vector<Candidate>* countries, Findings& out) {
    static const re2::RE2 kStart(R"(\b[A-Z]{2}[0-9]{2}[ -]?[A-Z0-9]{4})", byte_options());
    const auto found = [&](const re2::StringPiece* groups) {
        const auto at = static_cast<std::size_t>(groups[0].data() - text.data());
        const std::size_t length = iban_length(text.substr(at, 2));
        std::string iban;
        std::size_t end = at;
        // Printed in groups of four, with blanks or hyphens between them.
        while (end < text.size() && iban.size() < length) {
            const char c = text[end];
            if (is_digit(c) || is_upper(c))
                iban += c;
            else if ((c != ' ' && c != '-') || iban.size() % 4 != 0)
                break;
            ++end;
        }
        const char after = end < text.size() ? text[end] : ' ';
        const bool goes_on = is_digit(after) || is_upper(after);
        if (length > 0 && iban.size() == length && !goes_on && passes_mod97(iban))
            out.push_back({at, end, "iban", kGuessed});
    };
    if (countries == nullptr)
        each_match<0>(kStart, text, found);
    else
        each_match_at<0>(kStart, text, *countries, found);
}

}  // namespace

void find_numbers(std::string_view text, const Likely& likely, Findings& out) {
    std::vector<Candidate> countries;
    read_runs(text, out, countries);
    find_ibans(text, likely.everywhere ? nullptr : &countries, out);
}

}  // namespace insight::base::redaction
