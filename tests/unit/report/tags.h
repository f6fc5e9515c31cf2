// A strict little reader of our own HTML, so that a case can speak of tags instead of substrings.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace insight::report {

struct Tag {
    std::string name;  // "/p" for an end tag
    std::string text;  // all between '<' and '>'

    [[nodiscard]] std::string attribute(const std::string& key) const {
        const std::size_t at = text.find(" " + key + "=\"");
        if (at == std::string::npos) return {};
        const std::size_t begin = at + key.size() + 3;
        return text.substr(begin, text.find('"', begin) - begin);
    }
};

inline std::vector<Tag> tags_of(const std::string& page) {
    std::vector<Tag> tags;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        std::size_t end = at;
        bool quoted = false;
        for (; end < page.size() && (quoted || page[end] != '>'); ++end)
            if (page[end] == '"') quoted = !quoted;
        Tag tag{"", page.substr(at + 1, end - at - 1)};
        tag.name = tag.text.substr(0, tag.text.find_first_of(" \n/", 1));
        tags.push_back(tag);
        at = end;
    }
    return tags;
}

inline std::vector<std::string> names_of(const std::string& page) {
    std::vector<std::string> names;
    for (const Tag& tag : tags_of(page)) names.push_back(tag.name);
    return names;
}

// What is wrong with the nesting of the tags; empty when nothing is.
inline std::string fault_in(const std::string& page) {
    static const std::set<std::string> empty{"!doctype", "meta", "input", "br"};
    std::vector<std::string> open;
    for (const Tag& tag : tags_of(page)) {
        if (empty.count(tag.name) != 0 || tag.text.ends_with("/")) continue;
        if (!tag.name.starts_with("/")) {
            open.push_back(tag.name);
        } else if (open.empty() || "/" + open.back() != tag.name) {
            return tag.name + " closes " + (open.empty() ? "nothing" : open.back());
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back() + " is never closed";
}

}  // namespace insight::report
