#include "analysis/changes/values.h"

#include <re2/re2.h>

#include <array>
#include <cctype>
#include <limits>

#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMostValues = 64;

struct Unit {
    std::string_view name;
    double scale;
    Dimension dimension;
};

constexpr double kKibi = 1024;
constexpr std::array kUnits{
    Unit{"ns", 1e-9, Dimension::Seconds},
    Unit{"nanosecond", 1e-9, Dimension::Seconds},
    Unit{"us", 1e-6, Dimension::Seconds},
    Unit{"microsecond", 1e-6, Dimension::Seconds},
    Unit{"ms", 1e-3, Dimension::Seconds},
    Unit{"milli", 1e-3, Dimension::Seconds},
    Unit{"millisecond", 1e-3, Dimension::Seconds},
    Unit{"s", 1, Dimension::Seconds},
    Unit{"sec", 1, Dimension::Seconds},
    Unit{"second", 1, Dimension::Seconds},
    Unit{"m", 60, Dimension::Seconds},
    Unit{"min", 60, Dimension::Seconds},
    Unit{"minute", 60, Dimension::Seconds},
    Unit{"h", 3600, Dimension::Seconds},
    Unit{"hour", 3600, Dimension::Seconds},
    Unit{"d", 86400, Dimension::Seconds},
    Unit{"day", 86400, Dimension::Seconds},
    Unit{"k", 1e3, Dimension::Plain},
    Unit{"ki", kKibi, Dimension::Bytes},
    Unit{"kb", kKibi, Dimension::Bytes},
    Unit{"kib", kKibi, Dimension::Bytes},
    Unit{"mi", kKibi* kKibi, Dimension::Bytes},
    Unit{"mb", kKibi* kKibi, Dimension::Bytes},
    Unit{"mib", kKibi* kKibi, Dimension::Bytes},
    Unit{"g", kKibi* kKibi* kKibi, Dimension::Bytes},
    Unit{"gi", kKibi* kKibi* kKibi, Dimension::Bytes},
    Unit{"gb", kKibi* kKibi* kKibi, Dimension::Bytes},
    Unit{"gib", kKibi* kKibi* kKibi, Dimension::Bytes},
};

const Unit* unit_of(std::string name) {
    // Before the case is lost: "512M" are bytes, "30m" are minutes.
    if (name == "M") name = "Mb";
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (name.size() > 3 && name.ends_with('s')) name.pop_back();
    for (const Unit& unit : kUnits)
        if (unit.name == name) return &unit;
    return nullptr;
}

struct Number {
    std::string text;
    double value = 0;
    Dimension dimension = Dimension::Plain;
    bool minutes_or_milli = false;  // "500m": half a core in Kubernetes, 500 minutes elsewhere
};

struct Line {
    std::string skeleton;  // without white space, numbers and units
    std::string key;       // in front of ':' or '='
    std::vector<Number> numbers;
    std::vector<std::string> versions;
};

Line read_line(const std::string& text) {
    static const re2::RE2 kVersion(R"((\bv?\d+\.\d+(?:\.\d+)?(?:[-+.][\w.]+)?\b))");
    static const re2::RE2 kDated(R"((^|[^\d.])v?\d+\.\d+\.\d+)");
    static const re2::RE2 kNumber(
        R"((?:^|[^A-Za-z_\d.])((\d[\d_]*(?:\.\d+)?)(?:\s?(?:\*\s?)?(?:time|Duration|TimeUnit|ChronoUnit)?\.?)"
        R"(((?i:nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?)|ns|us|ms|secs?|mins?|[KkMmGg]i?[Bb]?|s|h|d)\b)?))");
    Line line;
    // Go also writes time.Second * 30.
    static const re2::RE2 kUnitFirst(R"(time\.(\w+)\s*\*\s*(\d[\d_]*)\b)");
    std::string rest = text;
    re2::RE2::GlobalReplace(&rest, kUnitFirst, R"(\2 * time.\1)");
    // A third number group makes it a version rather than a fraction.
    if (re2::RE2::PartialMatch(text, kDated)) {
        re2::StringPiece input(text);
        std::string version;
        while (line.versions.size() < 4 && re2::RE2::FindAndConsume(&input, kVersion, &version))
            line.versions.push_back(version);
        re2::RE2::GlobalReplace(&rest, kVersion, "#");
    }
    re2::StringPiece input(rest);
    re2::StringPiece whole;
    std::string digits;
    std::string unit_name;
    std::string skeleton;
    const char* at = rest.data();
    while (line.numbers.size() < 4 &&
           re2::RE2::FindAndConsume(&input, kNumber, &whole, &digits, &unit_name)) {
        skeleton.append(at, whole.data());
        skeleton += '#';
        at = whole.data() + whole.size();
        Number number;
        number.text = whole.as_string();
        std::erase(digits, '_');
        number.value = std::strtod(digits.c_str(), nullptr);
        if (const Unit* unit = unit_of(unit_name)) {
            number.value *= unit->scale;
            number.dimension = unit->dimension;
            number.minutes_or_milli = unit_name == "m";
        }
        line.numbers.push_back(std::move(number));
    }
    skeleton.append(at, std::as_const(rest).data() + rest.size());
    line.skeleton = bare(skeleton);
    const auto colon = text.find_first_of(":=");
    if (colon != std::string::npos && colon > 0) line.key = bare(text.substr(0, colon));
    return line;
}

std::size_t indent_of(const std::string& line) {
    const auto at = line.find_first_not_of(" \t");
    return at == std::string::npos ? line.size() : at;
}

// The headings a line of a nested file stands under: "resources limits".
std::string headings(const Hunk& hunk, const std::string& line) {
    std::string out;
    std::size_t depth = indent_of(line);
    std::size_t at = hunk.lines.size();
    for (std::size_t i = 0; i < hunk.lines.size() && at == hunk.lines.size(); ++i)
        if (hunk.lines[i].second == line) at = i;
    for (std::size_t i = std::min(at, hunk.lines.size()); i-- > 0 && out.size() < 120;) {
        const std::string& above = hunk.lines[i].second;
        if (is_inert(above) || indent_of(above) >= depth) continue;
        depth = indent_of(above);
        out += " " + above;
        if (depth == 0) break;
    }
    return out;
}

// The line without its version and what stands around it.
std::string module_of(const std::string& line, const std::string& version) {
    std::string name = line.substr(0, line.find(version));
    const auto first = name.find_first_not_of(" \t\"'");
    const auto last = name.find_last_not_of(" \t\"'=:~^@><,");
    if (first == std::string::npos || last == std::string::npos || last < first) return line;
    return name.substr(first, last - first + 1);
}

double bump_size(const std::string& before, const std::string& after) {
    static const re2::RE2 kParts(R"(v?(\d+)\.(\d+)(?:\.(\d+))?)");
    int a[3] = {0, 0, 0};
    int b[3] = {0, 0, 0};
    std::string patch_a;
    std::string patch_b;
    if (!re2::RE2::PartialMatch(before, kParts, &a[0], &a[1], &patch_a) ||
        !re2::RE2::PartialMatch(after, kParts, &b[0], &b[1], &patch_b))
        return 0.5;
    if (a[0] != b[0]) return 1;
    if (a[1] != b[1]) return a[0] == 0 ? 0.8 : 0.6;  // below 1.0 a minor version may break
    return 0.2;
}

void compare(const Hunk& hunk, const std::string& old_text, const Line& old_line,
             const std::string& new_text, const Line& new_line, Values& into) {
    if (!old_line.versions.empty() && old_line.versions.size() == new_line.versions.size()) {
        for (std::size_t i = 0; i < old_line.versions.size(); ++i)
            if (old_line.versions[i] != new_line.versions[i] && into.bumps.size() < kMostValues)
                into.bumps.push_back({module_of(old_text, old_line.versions[i]),
                                      old_line.versions[i], new_line.versions[i],
                                      bump_size(old_line.versions[i], new_line.versions[i])});
        return;
    }
    if (old_line.numbers.size() != new_line.numbers.size()) return;
    for (std::size_t i = 0; i < old_line.numbers.size(); ++i) {
        Number a = old_line.numbers[i];
        Number b = new_line.numbers[i];
        Turned turned;
        turned.key = headings(hunk, new_text) + " " + old_text;
        // "500m" of a CPU are half a core: read as minutes they are 60,000 times too much.
        static const re2::RE2 kCore("(?i)cpu|core");
        if (re2::RE2::PartialMatch(turned.key, kCore))
            for (Number* number : {&a, &b})
                if (number->minutes_or_milli) {
                    number->value /= 60e3;
                    number->dimension = Dimension::Plain;
                }
        if (a.value == b.value || (a.dimension != b.dimension && a.value != 0 && b.value != 0))
            continue;
        if (into.turned.size() >= kMostValues) return;
        turned.file = hunk.file;
        turned.before_text = a.text;
        turned.after_text = b.text;
        turned.before = a.value;
        turned.after = b.value;
        turned.dimension = a.dimension;
        into.turned.push_back(std::move(turned));
    }
}

}  // namespace

double Turned::factor() const {
    return before == 0 ? std::numeric_limits<double>::infinity() : after / before;
}

Values values_of(const std::vector<Hunk>& hunks) {
    Values values;
    for (const Hunk& hunk : hunks) {
        std::vector<Line> added;
        for (const std::string& line : hunk.added) added.push_back(read_line(line));
        std::vector<bool> taken(added.size(), false);
        for (const std::string& line : hunk.removed) {
            if (is_inert(line)) continue;
            const Line old_line = read_line(line);
            if (old_line.numbers.empty() && old_line.versions.empty()) continue;
            // The same line but for its numbers first; a common key is the weaker sign.
            for (const bool by_key : {false, true}) {
                bool found = false;
                for (std::size_t i = 0; i < added.size() && !found; ++i) {
                    if (taken[i] || (by_key ? old_line.key.empty() || added[i].key != old_line.key
                                            : added[i].skeleton != old_line.skeleton))
                        continue;
                    taken[i] = found = true;
                    compare(hunk, line, old_line, hunk.added[i], added[i], values);
                }
                if (found) break;
            }
        }
    }
    return values;
}

}  // namespace insight::analysis::changes
