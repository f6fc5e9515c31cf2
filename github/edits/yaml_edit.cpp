#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "github/edits/formats.h"
#include "github/edits/lines.h"
#include "github/edits/manifest.h"
#include "github/edits/yaml_scalar.h"

namespace insight::github::edits {
namespace {

using base::ErrorKind;

struct Splice {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

std::string spliced(std::string_view content, const Splice& splice) {
    std::string out(content.substr(0, splice.begin));
    out += splice.text;
    out += content.substr(splice.end);
    return out;
}

// "limits:\n  memory: 512Mi" for the steps that are missing.
std::string missing_keys(const ValuePath& path, std::size_t from, const base::Json& value,
                         std::size_t indent, std::string_view line_break) {
    std::string out;
    for (std::size_t i = from; i < path.size(); ++i) {
        if (i > from) {
            out += line_break;
            out += std::string(indent + 2 * (i - from), ' ');
        }
        out += write_key(path[i].key) + ":";
    }
    return out + " " + write_scalar(value, Style::Plain, false, plain_text(value));
}

// Behind the last entry whose value is one line beside its key; there a new line surely belongs to
// the map. Nothing: there is none such.
std::optional<std::size_t> behind_an_entry(std::string_view content, const YamlNode& map) {
    for (auto entry = map.entries.rbegin(); entry != map.entries.rend(); ++entry) {
        const YamlNode& value = entry->value;
        if (value.kind != YamlNode::Kind::Scalar || value.line != entry->key.line) continue;
        const auto span = span_of(content, value);
        if (!span || span->style == Style::Block) continue;
        const auto between = content.substr(value.begin, span->end - value.begin);
        if (between.find('\n') != std::string_view::npos) continue;
        return std::min(content.find('\n', span->end), content.size());
    }
    return std::nullopt;
}

base::Result<Splice> addition(std::string_view content, const Found& found, const ValuePath& path,
                              const ValueChange& change) {
    const YamlNode& map = *found.node;
    const bool keys_only =
        std::all_of(path.begin() + static_cast<std::ptrdiff_t>(found.steps), path.end(),
                    [](const Step& step) { return step.kind == Step::Kind::Key; });
    if (!change.may_add || map.kind != YamlNode::Kind::Map || map.entries.empty() || !keys_only ||
        map.anchored)
        return no_such_value(change.path);
    const std::size_t first = map.entries.front().key.begin;
    const std::string_view line_break = line_break_of(content);
    // In front of the first key: behind the last one a comma or a comment may stand.
    if (map.flow) {
        if (path.size() != found.steps + 1) return no_such_value(change.path);
        return Splice{
            first, first,
            fmt::format("{}: {}, ", write_key(path.back().key),
                        write_scalar(change.value, Style::Plain, true, plain_text(change.value)))};
    }
    const auto column = static_cast<std::size_t>(map.entries.front().key.column);
    const std::string keys = missing_keys(path, found.steps, change.value, column, line_break);
    const std::string indent(column, ' ');
    if (const auto at = behind_an_entry(content, map)) {
        // Before the "\r\n" or "\n" of that line, or at the end of a file that has none.
        const std::size_t line_end =
            *at > 0 && *at < content.size() && content[*at - 1] == '\r' ? *at - 1 : *at;
        return Splice{line_end, line_end, std::string(line_break) + indent + keys};
    }
    return Splice{first, first, keys + std::string(line_break) + indent};
}

// The lines of a block scalar without their indentation.
std::string dedented(std::string_view block, std::size_t indent) {
    std::string out;
    for (std::string_view line : lines_of(block)) {
        const std::size_t spaces =
            std::min(bare_line(line).find_first_not_of(' '), bare_line(line).size());
        line.remove_prefix(std::min(indent, spaces));
        out += line;
    }
    return out;
}

// The lines of `after`, indented; those that `before` has at the same end keep their raw bytes.
std::string indented(std::string_view raw, const std::string& before, const std::string& after,
                     std::size_t indent) {
    const auto raw_lines = lines_of(raw);
    const auto old_lines = lines_of(before);
    const auto new_lines = lines_of(after);
    const std::size_t least = std::min(old_lines.size(), new_lines.size());
    std::size_t head = 0;
    while (head < least && old_lines[head] == new_lines[head]) ++head;
    std::size_t tail = 0;
    while (tail < least - head &&
           old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail])
        ++tail;
    std::string out;
    for (std::size_t i = 0; i < head; ++i) out += raw_lines[i];
    for (std::size_t i = head; i < new_lines.size() - tail; ++i) {
        if (!bare_line(new_lines[i]).empty()) out += std::string(indent, ' ');
        out += new_lines[i];
    }
    for (std::size_t i = raw_lines.size() - tail; i < raw_lines.size(); ++i) out += raw_lines[i];
    return out;
}

// A file within the file.
base::Result<Edited> change_inside(std::string_view content, const YamlNode& node,
                                   const ValueChange& change, const std::string& file) {
    const auto span = span_of(content, node);
    if (!span) return base::fail(span.error());
    const std::size_t mark = content.find_first_of("|>", node.begin);
    if (span->style != Style::Block || content[mark] != '|')
        return base::fail(ErrorKind::Invalid,
                          fmt::format("line {}: a value inside a text can only be changed where "
                                      "the text is a block behind '|'",
                                      node.line));
    const std::string_view raw = content.substr(span->begin, span->end - span->begin);
    const std::string before = dedented(raw, span->indent);
    ValueChange inner = change;
    inner.object = {};
    inner.path = change.inside;
    inner.inside.clear();
    auto edited = change_value(file, before, inner);
    if (!edited) return edited;
    edited->line += line_number(content, span->begin) - 1;
    edited->content = spliced(
        content, {span->begin, span->end, indented(raw, before, edited->content, span->indent)});
    return edited;
}

// Everything the same but the value at `path`, which is as wanted.
bool only_that_changed(const std::vector<YamlNode>& before, std::string_view after,
                       std::size_t document, const ValuePath& path, const ValueChange& change) {
    auto now = read_yaml(after);
    if (!now || now->size() != before.size()) return false;
    const Found there = follow((*now)[document], path);
    if (there.steps != path.size()) return false;
    const bool is_null = there.node->kind == YamlNode::Kind::Null;
    if (is_null ? !change.value.is_null() : there.node->text != plain_text(change.value))
        return false;
    // Puts what stood there before back into the new tree and compares the whole.
    const Found then = follow(before[document], path);
    // `now` is ours and not const; follow() only looks.
    auto* node = const_cast<YamlNode*>(there.node);
    if (then.steps == path.size()) {
        *node = *then.node;
    } else {
        ValuePath parent(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(then.steps));
        auto* map = const_cast<YamlNode*>(follow((*now)[document], parent).node);
        std::erase_if(map->entries, [&](const YamlEntry& entry) {
            return entry.key.text == path[then.steps].key;
        });
    }
    for (std::size_t i = 0; i < before.size(); ++i)
        if (!same_content(before[i], (*now)[i])) return false;
    return true;
}

base::Result<Splice> replacement(std::string_view content, const Found& found,
                                 const ValueChange& change) {
    const YamlNode& node = *found.node;
    if (node.kind == YamlNode::Kind::Null) {
        // "key:" with nothing behind it, or a null that is written out.
        const std::size_t key_end =
            found.key != nullptr ? content.find(':', found.key->begin + found.key->text.size())
                                 : std::string_view::npos;
        if (key_end == std::string_view::npos) return no_such_value(change.path);
        const std::string text = write_scalar(change.value, Style::Plain, node.flow, "");
        const std::string_view word = content.substr(std::min(node.begin, content.size()));
        for (const std::string_view null : {"null", "Null", "NULL", "~"})
            if (node.begin > key_end && word.starts_with(null))
                return Splice{node.begin, node.begin + null.size(), text};
        return Splice{key_end + 1, key_end + 1, " " + text};
    }
    const auto span = span_of(content, node);
    if (!span) return base::fail(span.error());
    if (span->style != Style::Block)
        return Splice{span->begin, span->end,
                      write_scalar(change.value, span->style, node.flow, node.text)};
    return base::fail(ErrorKind::Invalid,
                      fmt::format("line {}: the value is a text of several lines; name the value "
                                  "inside it, or use a patch",
                                  node.line));
}

}  // namespace

base::Result<Edited> change_yaml(std::string_view content, const ValueChange& change) {
    const auto path = parse_value_path(change.path);
    if (!path) return base::fail(path.error());
    const auto documents = read_yaml(content);
    if (!documents) return base::fail(documents.error());
    const auto document = document_of(*documents, change.object);
    if (!document) return base::fail(document.error());
    const Found found = follow((*documents)[*document], *path);
    // A change here would be one at every place that refers to it.
    if (found.by_alias || found.node->anchored)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("line {}: the value is shared by an anchor or alias; use a "
                                      "patch",
                                      found.node->line));
    const bool there = found.steps == path->size();
    if (there &&
        (found.node->kind == YamlNode::Kind::Map || found.node->kind == YamlNode::Kind::List))
        return base::fail(ErrorKind::Invalid, fmt::format("line {}: {} is not a single value",
                                                          found.node->line, change.path));
    if (!change.inside.empty())
        // Inline patches and values have keys without an ending: they are YAML.
        return there ? change_inside(content, *found.node, change,
                                     format_of(path->back().key) ? path->back().key
                                                                 : path->back().key + ".yaml")
                     : base::Result<Edited>(no_such_value(change.path));
    Edited edited;
    if (there) {
        edited.before = found.node->text;
        if (auto fits = as_expected(change, edited.before, found.node->line); !fits)
            return base::fail(fits.error());
    }
    edited.added = !there;
    edited.content = std::string(content);
    // The mark of a value that is not written stands behind it.
    edited.line = found.key != nullptr && found.node->kind == YamlNode::Kind::Null
                      ? found.key->line
                      : found.node->line;
    const bool is_null = found.node->kind == YamlNode::Kind::Null;
    if (there && (is_null ? change.value.is_null() : found.node->text == plain_text(change.value)))
        return edited;
    const auto splice =
        there ? replacement(content, found, change) : addition(content, found, *path, change);
    if (!splice) return base::fail(splice.error());
    edited.content = spliced(content, *splice);
    if (!only_that_changed(*documents, edited.content, *document, *path, change))
        return base::fail(ErrorKind::Corrupt,
                          fmt::format("line {}: the value cannot be changed by itself; use a patch",
                                      edited.line));
    if (!there) {
        const auto now = read_yaml(edited.content);
        edited.line = follow((*now)[*document], *path).node->line;
    }
    return edited;
}

}  // namespace insight::github::edits
