#include "analysis/logs/template_groups.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "analysis/logs/template_parts.h"

namespace insight::analysis::logs {
namespace {

constexpr int kRounds = 3;
constexpr std::size_t kManyQuoted = 4;
constexpr std::size_t kMostOpen = 200;       // templates of one length that may have instances
constexpr std::size_t kComparedParts = 120;  // positions of a shape that may become a value

struct Candidate {
    std::vector<Part> parts;
    std::uint64_t lines = 0;
    std::vector<std::uint32_t> shapes;
    std::size_t words = 0;  // plain words: what holds a sentence together
};

std::size_t plain_words(const std::vector<Part>& parts) {
    return static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), [](const Part& part) {
        return part.kind != PartKind::Id && part.kind != PartKind::Value &&
               part.kind != PartKind::Between && part.text.size() > 1;
    }));
}

class Grouping {
  public:
    explicit Grouping(const std::vector<Shape>& shapes);
    void join_equal(bool mask_ids);
    bool join_siblings();
    void join_instances();
    Templates result() const;

  private:
    struct Sibling {
        std::uint32_t candidate;
        std::uint16_t place;
    };
    bool one_template(const std::vector<Sibling>& group) const;
    void absorb(std::uint32_t into, std::uint32_t from);
    void compact();

    const std::vector<Shape>& shapes_;
    std::vector<std::string> texts_;
    std::vector<Candidate> candidates_;
};

std::string display(const Shape& shape);

Grouping::Grouping(const std::vector<Shape>& shapes) : shapes_(shapes) {
    std::vector<std::uint32_t> order(shapes.size());
    std::iota(order.begin(), order.end(), 0U);
    texts_.reserve(shapes.size());
    for (const Shape& shape : shapes) texts_.push_back(display(shape));
    // The order of arrival must not show: most lines first, then by text.
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (shapes[a].lines != shapes[b].lines) return shapes[a].lines > shapes[b].lines;
        return texts_[a] != texts_[b] ? texts_[a] < texts_[b] : shapes[a].key < shapes[b].key;
    });
    candidates_.reserve(order.size());
    for (const std::uint32_t index : order) {
        Candidate candidate;
        candidate.parts = parts_of(texts_[index]);
        candidate.lines = shapes[index].lines;
        candidate.shapes = {index};
        candidate.words = plain_words(candidate.parts);
        candidates_.push_back(std::move(candidate));
    }
}

// Names that never changed stay; everything else that varies is \x01.
std::string display(const Shape& shape) {
    std::string out;
    std::size_t name = 0;
    for (std::size_t i = 0; i < shape.text.size(); ++i) {
        const char c = shape.text[i];
        if (c != 2) {
            out += c;
            continue;
        }
        const std::size_t end = std::min(shape.text.find('\x03', i), shape.text.size());
        const bool varied = name >= shape.names.size() || shape.names[name].varied;
        if (varied)
            out += '\x01';
        else
            out.append(shape.text, i + 1, end - i - 1);
        ++name;
        i = end;
    }
    return out;
}

void Grouping::absorb(std::uint32_t into, std::uint32_t from) {
    Candidate& target = candidates_[into];
    Candidate& source = candidates_[from];
    if (target.parts.size() == source.parts.size()) {
        for (std::size_t i = 0; i < target.parts.size(); ++i)
            if (!(target.parts[i] == source.parts[i])) {
                target.parts[i].states = target.parts[i].states ||
                                         target.parts[i].kind == PartKind::State ||
                                         source.parts[i].kind == PartKind::State;
                target.parts[i].kind = PartKind::Value;
                target.parts[i].text = "\x01";
                target.parts[i].learnt = true;
            }
    }
    target.words = plain_words(target.parts);
    target.lines += source.lines;
    target.shapes.insert(target.shapes.end(), source.shapes.begin(), source.shapes.end());
    source.shapes.clear();
}

void Grouping::compact() {
    std::erase_if(candidates_, [](const Candidate& c) { return c.shapes.empty(); });
}

void Grouping::join_equal(bool mask_ids) {
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> first;
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        // A sentence needs words to be recognised by.
        const bool mask = mask_ids && candidates_[i].words >= 1;
        auto& group = first[skeleton(candidates_[i].parts, mask)];
        group.push_back(i);
    }
    std::vector<bool> done(candidates_.size());
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        if (done[i]) continue;
        const bool mask = mask_ids && candidates_[i].words >= 1;
        const auto& group = first[skeleton(candidates_[i].parts, mask)];
        for (const std::uint32_t other : group) {
            done[other] = true;
            if (other != i) absorb(i, other);
        }
    }
    compact();
}

bool Grouping::one_template(const std::vector<Sibling>& group) const {
    std::size_t ids = 0, states = 0, words = 0, values = 0, assigned = 0, quoted = 0;
    std::uint64_t lines = 0;
    for (const Sibling& sibling : group) {
        const Part& part = candidates_[sibling.candidate].parts[sibling.place];
        ids += part.kind == PartKind::Id ? 1 : 0;
        states += part.kind == PartKind::State ? 1 : 0;
        words += part.kind == PartKind::Word || part.kind == PartKind::Name ? 1 : 0;
        values += part.kind == PartKind::Value ? 1 : 0;
        assigned += part.assigned ? 1 : 0;
        quoted += part.quoted ? 1 : 0;
        lines += candidates_[sibling.candidate].lines;
    }
    const Candidate& some = candidates_[group.front().candidate];
    const PartKind kind = some.parts[group.front().place].kind;
    // The keys of a structured line are no part of its sentence.
    const bool message = some.parts[group.front().place].message;
    const std::size_t all =
        !message ? some.words
                 : static_cast<std::size_t>(
                       std::count_if(some.parts.begin(), some.parts.end(), [](const Part& part) {
                           return part.message && part.kind != PartKind::Value &&
                                  part.kind != PartKind::Between && part.kind != PartKind::Id;
                       }));
    const std::size_t rest = all - (kind == PartKind::Id || kind == PartKind::Value ? 0 : 1);
    const std::size_t k = group.size();
    if (rest == 0) return false;
    if (assigned == k && states < k) return true;
    if (values > 0) return rest >= (states > 0 ? 3U : words > 0 ? 2U : 1U);
    if (states > 0) return k >= 8 && rest >= 2;
    if (words == 0) return true;
    // "KeyError: 'size'"
    if (quoted == k && k >= kManyQuoted) return true;
    return k >= 5 && rest >= 3;
}

bool Grouping::join_siblings() {
    std::unordered_map<std::uint64_t, std::vector<Sibling>> groups;
    std::vector<std::uint64_t> keys;
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        const std::vector<Part>& parts = candidates_[i].parts;
        // Polynomial hash of all parts, from which one place can be taken out.
        std::vector<std::uint64_t> hashes;
        std::uint64_t total = parts.size(), power = 1;
        const std::size_t places = std::min(parts.size(), kComparedParts);
        for (std::size_t p = 0; p < parts.size(); ++p) {
            power *= kPrime;
            const std::uint64_t term = combine(7, hash_of(parts[p], false)) * power;
            if (p < places) hashes.push_back(term);
            total += term;
        }
        for (std::size_t p = 0; p < places; ++p) {
            if (parts[p].kind == PartKind::Between) continue;
            const std::uint64_t key = combine(total - hashes[p], p);
            auto& group = groups[key];
            if (group.size() == 1) keys.push_back(key);
            group.push_back({i, static_cast<std::uint16_t>(p)});
        }
    }
    bool joined = false;
    std::vector<bool> gone(candidates_.size());
    for (const std::uint64_t key : keys) {
        std::vector<Sibling>& group = groups[key];
        std::erase_if(group, [&](const Sibling& s) { return gone[s.candidate]; });
        if (group.size() < 2 || !one_template(group)) continue;
        for (std::size_t i = 1; i < group.size(); ++i) {
            absorb(group.front().candidate, group[i].candidate);
            gone[group[i].candidate] = true;
        }
        joined = true;
    }
    compact();
    return joined;
}

// A sentence with two places that take any word has instances that differ from all others in both:
// they are found by what is known of the places once the others are joined.
void Grouping::join_instances() {
    std::unordered_map<std::size_t, std::vector<std::uint32_t>> open;  // by the number of parts
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        const std::vector<Part>& parts = candidates_[i].parts;
        auto& same = open[parts.size()];
        if (same.size() < kMostOpen &&
            std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.learnt; }))
            same.push_back(i);
    }
    const auto fits = [](const Part& place, const Part& word) {
        return place == word || (place.learnt && word.kind != PartKind::Between &&
                                 (place.states || word.kind != PartKind::State));
    };
    for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        const std::vector<Part>& parts = candidates_[i].parts;
        const auto same = open.find(parts.size());
        if (same == open.end()) continue;
        for (const std::uint32_t one : same->second) {
            const Candidate& whole = candidates_[one];
            if (one == i || whole.shapes.empty() || whole.words < 2 ||
                whole.lines < candidates_[i].lines ||
                !std::equal(parts.begin(), parts.end(), whole.parts.begin(),
                            [&](const Part& word, const Part& place) { return fits(place, word); }))
                continue;
            absorb(one, i);
            break;
        }
    }
    compact();
}

Templates Grouping::result() const {
    Templates out;
    out.of_shape.resize(shapes_.size());
    std::vector<std::uint32_t> order(candidates_.size());
    std::vector<std::string> texts;
    for (const Candidate& candidate : candidates_) {
        std::string text;
        for (const Part& part : candidate.parts) text += part.text;
        std::string shown;
        for (const char c : text) {
            if (c != 1)
                shown += c;
            else if (shown.ends_with("<*>."))
                shown.pop_back();
            else if (!shown.ends_with("<*>"))
                shown += "<*>";
        }
        texts.push_back(std::move(shown));
    }
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (candidates_[a].lines != candidates_[b].lines)
            return candidates_[a].lines > candidates_[b].lines;
        return texts[a] < texts[b];
    });
    for (const std::uint32_t index : order) {
        for (const std::uint32_t shape : candidates_[index].shapes)
            out.of_shape[shape] = static_cast<std::uint32_t>(out.all.size());
        out.all.push_back({std::move(texts[index]), candidates_[index].lines});
    }
    return out;
}

}  // namespace

Templates group_shapes(const std::vector<Shape>& shapes) {
    Grouping grouping(shapes);
    // From what is surely one template to what may be one: equal but for values, equal but for
    // identifiers, different in one place (again, for what was joined has new siblings), and at
    // last what fits the places that were learnt.
    grouping.join_equal(false);
    grouping.join_equal(true);
    for (int round = 0; round < kRounds; ++round)
        if (!grouping.join_siblings()) break;
    grouping.join_instances();
    return grouping.result();
}

}  // namespace insight::analysis::logs
