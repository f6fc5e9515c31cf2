#include "evomap/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace insight::evomap {
namespace {

// Two letters stand in every other word; hiding them would hide the lesson.
constexpr std::size_t kShortest = 3;
constexpr std::size_t kMostNames = 2000;

// Public words that labels often carry: a lesson without them says nothing, and they name nobody.
constexpr std::array<std::string_view, 22> kCommon{
    "postgres",   "postgresql",    "redis",   "neo4j",   "elasticsearch", "prometheus",
    "kubernetes", "skywalking",    "kafka",   "nginx",   "mysql",         "mongodb",
    "warning",    "critical",      "info",    "true",    "false",         "none",
    "firing",     "node-exporter", "kubelet", "cadvisor"};

// Bytes of other scripts count as letters: "数据库" must not be found inside a longer word.
bool word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
    const bool before = at > 0 && word(text[at - 1]) && word(text[at]);
    const bool after =
        at + size < text.size() && word(text[at + size]) && word(text[at + size - 1]);
    return !before && !after;
}

}  // namespace

void Names::add(std::string_view kind, std::string_view name) {
    // Figures are no names, and hiding each "10" would hide every figure.
    const bool number = name.find_first_not_of("0123456789.,%: ") == std::string_view::npos;
    if (name.size() < kShortest || number || kinds_.size() >= kMostNames ||
        std::find(kCommon.begin(), kCommon.end(), name) != kCommon.end() || kinds_.contains(name))
        return;
    kinds_.emplace(name, kind);
    // Longest first, so that "orders-db" is not hidden as "orders" with a tail that tells.
    const auto place = std::find_if(by_length_.begin(), by_length_.end(), [&](const auto& other) {
        return other.size() < name.size() || (other.size() == name.size() && other > name);
    });
    by_length_.emplace(place, name);
}

std::string Names::label(const std::string& name) {
    std::string& label = labels_[name];
    if (label.empty()) {
        const std::string& kind = kinds_.at(name);
        label = fmt::format("[{} {}]", kind, ++used_[kind]);
    }
    return label;
}

std::string Names::hide(std::string_view text) {
    // Where each name stands, longest first; what a longer one has taken is not looked at again.
    std::map<std::size_t, const std::string*> found;
    std::vector<bool> taken(text.size());
    for (const std::string& name : by_length_) {
        for (std::size_t at = text.find(name); at != std::string_view::npos;
             at = text.find(name, at + 1)) {
            const auto first = taken.begin() + static_cast<std::ptrdiff_t>(at);
            const auto last = first + static_cast<std::ptrdiff_t>(name.size());
            if (!stands_alone(text, at, name.size()) || std::find(first, last, true) != last)
                continue;
            std::fill(first, last, true);
            found.emplace(at, &name);
        }
    }
    std::string out;
    std::size_t from = 0;
    for (const auto& [at, name] : found) {
        out.append(text, from, at - from).append(label(*name));
        from = at + name->size();
    }
    return out.append(text.substr(from));
}

}  // namespace insight::evomap
