#include "agent/fixes/fix.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "github/repository.h"

namespace insight::fixes {
namespace {

using base::ErrorKind;
using base::Json;

// bounds on what anybody may hand in; the rules of a pull request (maxFiles, maxLines) are narrower
constexpr std::size_t kMostValues = 64;
constexpr std::size_t kMostFiles = 50;
constexpr std::size_t kLargestFix = 1U << 20;

Json object_json(const github::edits::ObjectName& object) {
    return {{"kind", object.kind}, {"namespace", object.space}, {"name", object.name}};
}

github::edits::ObjectName object_from(const Json& json) {
    return {base::text_at(json, "kind"), base::text_at(json, "namespace"),
            base::text_at(json, "name")};
}

Json value_json(const FileValue& value) {
    const auto& change = value.change;
    Json out{{"path", change.path}, {"value", change.value}};
    if (!value.file.empty()) out["file"] = value.file;
    if (!change.object.empty()) out["object"] = object_json(change.object);
    if (!change.inside.empty()) out["inside"] = change.inside;
    if (change.expected) out["expected"] = *change.expected;
    if (change.may_add) out["mayAdd"] = true;
    return out;
}

base::Result<FileValue> value_from(const Json& json) {
    if (!json.is_object() || !json.contains("value") || json["value"].is_structured())
        return base::fail(ErrorKind::Invalid,
                          "values: each needs a path and a value that is a text, a number, true, "
                          "false or null");
    FileValue value;
    value.file = base::text_at(json, "file");
    auto& change = value.change;
    change.object = object_from(base::object_at(json, "object"));
    change.path = base::text_at(json, "path");
    change.inside = base::text_at(json, "inside");
    if (json.contains("expected") && !json["expected"].is_null())
        change.expected = github::edits::plain_text(json["expected"]);
    change.value = json["value"];
    change.may_add = base::flag_at(json, "mayAdd");
    if (change.path.empty())
        return base::fail(ErrorKind::Invalid, "values: the path of a value is missing");
    if (value.file.empty() && change.object.empty())
        return base::fail(ErrorKind::Invalid,
                          "values: say in which file or object the value stands");
    return value;
}

base::Status read_values(const Json& json, Fix& fix) {
    for (const Json& one : base::array_at(json, "valueFiles"))
        if (one.is_string()) fix.value_files.push_back(one.get<std::string>());
    for (const Json& one : base::array_at(json, "holders"))
        if (auto holder = object_from(one); !holder.empty())
            fix.holders.push_back(std::move(holder));
    fix.only_holders = base::flag_at(json, "onlyHolders");
    for (const Json& one : base::array_at(json, "values")) {
        auto value = value_from(one);
        if (!value) return base::fail(value.error());
        fix.values.push_back(std::move(*value));
    }
    return {};
}

base::Status read_parts(const Json& json, Fix& fix) {
    switch (fix.kind) {
        case FixKind::Revert:
            fix.commit = base::text_at(json, "commit");
            if (!is_sha(fix.commit))
                return base::fail(ErrorKind::Invalid, "commit: the SHA of a commit is awaited");
            return {};
        case FixKind::Value:
            if (auto read = read_values(json, fix); !read) return read;
            if (fix.values.empty())
                return base::fail(ErrorKind::Invalid, "values: at least one is awaited");
            return {};
        case FixKind::Patch:
            fix.diff = base::text_at(json, "diff");
            if (fix.diff.empty())
                return base::fail(ErrorKind::Invalid, "diff: a unified diff is awaited");
            return {};
        case FixKind::Files:
            for (const Json& one : base::array_at(json, "files"))
                fix.files.push_back({base::text_at(one, "path"), base::text_at(one, "content")});
            if (fix.files.empty())
                return base::fail(ErrorKind::Invalid, "files: at least one is awaited");
            return read_values(json, fix);
    }
    return {};
}

}  // namespace

bool is_sha(std::string_view text) {
    // 7 digits are what Git shortens to, 64 those of SHA-256.
    return text.size() >= 7 && text.size() <= 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view name(FixKind kind) {
    switch (kind) {
        case FixKind::Revert:
            return "revert";
        case FixKind::Value:
            return "value";
        case FixKind::Patch:
            return "patch";
        case FixKind::Files:
            return "files";
    }
    return "";
}

Json to_json(const Fix& fix) {
    Json out{{"kind", name(fix.kind)}, {"repository", fix.repository.text()}};
    if (!fix.base.empty()) out["base"] = fix.base;
    if (!fix.commit.empty()) out["commit"] = fix.commit;
    if (!fix.folder.empty()) out["folder"] = fix.folder;
    if (!fix.value_files.empty()) out["valueFiles"] = fix.value_files;
    for (const auto& holder : fix.holders) out["holders"].push_back(object_json(holder));
    if (fix.only_holders) out["onlyHolders"] = true;
    if (!fix.diff.empty()) out["diff"] = fix.diff;
    if (!fix.reason.empty()) out["reason"] = fix.reason;
    if (!fix.evidence.empty()) out["evidence"] = fix.evidence;
    if (fix.by_model) out["byModel"] = true;
    if (!fix.model.empty()) out["model"] = fix.model;
    for (const FileValue& value : fix.values) out["values"].push_back(value_json(value));
    for (const NewFile& file : fix.files)
        out["files"].push_back({{"path", file.path}, {"content", file.content}});
    return out;
}

base::Result<Fix> fix_from_json(const Json& json) {
    if (!json.is_object()) return base::fail(ErrorKind::Invalid, "a fix is a JSON object");
    if (base::array_at(json, "values").size() > kMostValues ||
        base::array_at(json, "files").size() > kMostFiles ||
        base::dump_json(json).size() > kLargestFix)
        return base::fail(ErrorKind::TooLarge, "a fix has at most 64 values, 50 files and 1 MiB");
    Fix fix;
    const std::string kind = base::text_at(json, "kind");
    bool known = false;
    for (const FixKind one : {FixKind::Revert, FixKind::Value, FixKind::Patch, FixKind::Files})
        if (kind == name(one)) {
            fix.kind = one;
            known = true;
        }
    if (!known)
        return base::fail(ErrorKind::Invalid, "kind: one of revert, value, patch and files");
    auto repository = github::parse_name(base::text_at(json, "repository"));
    if (!repository) return base::fail(repository.error());
    fix.repository = std::move(*repository);
    fix.base = base::text_at(json, "base");
    fix.folder = base::text_at(json, "folder");
    // It becomes a line of a commit message and of a pull request.
    fix.reason = base::one_line(base::clean_utf8(base::text_at(json, "reason")));
    fix.by_model = base::flag_at(json, "byModel");
    fix.model = base::shorten(base::one_line(base::clean_utf8(base::text_at(json, "model"))), 100);
    for (const Json& id : base::array_at(json, "evidence"))
        if (id.is_string()) fix.evidence.push_back(id.get<std::string>());
    if (auto read = read_parts(json, fix); !read) return base::fail(read.error());
    return fix;
}

}  // namespace insight::fixes
