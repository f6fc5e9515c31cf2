// Files and trees at a ref.
#include <fmt/format.h>

#include "core/base/base64.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

constexpr std::size_t kMaxFile = 16U << 20;
constexpr std::size_t kMaxEntries = 100'000;  // where GitHub cuts
constexpr std::size_t kLooksBinary = 8000;    // what git looks at

EntryKind kind_of(const std::string& mode) {
    if (mode == "100755") return EntryKind::Executable;
    if (mode == "120000") return EntryKind::Symlink;
    if (mode == "160000") return EntryKind::Submodule;
    if (mode == "040000") return EntryKind::Folder;
    return EntryKind::File;
}

}  // namespace

Result<File> RestRepository::contents(const std::string& path, const std::string& ref,
                                      Deadline deadline) {
    const auto escaped = escape_path(path);
    if (!escaped) return base::fail(escaped.error());
    const std::string what =
        fmt::format("'{}'{}", shown_path(path), ref.empty() ? "" : " at " + shown_path(ref));
    Call call = get("/contents/" + *escaped + (ref.empty() ? "" : "?ref=" + escape(ref)), what);
    call.final = is_sha(ref);
    auto reply = api_.ask(call, deadline);
    if (!reply) return base::fail(reply.error());
    const base::Json& json = reply->json;
    const std::string type = json.is_array() ? "dir" : base::text_at(json, "type");
    if (type != "file")
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("{} is a {}, not a file", call.what,
                                      type == "dir" ? "folder" : shown_path(type)));
    const std::int64_t size = base::integer_at(json, "size");
    if (size < 0 || static_cast<std::size_t>(size) > kMaxFile)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("{} has {} MiB; {} is the most that is read", call.what,
                                      size >> 20, kMaxFile >> 20U));
    File out{path, ref, base::text_at(json, "sha"), {}, false};
    std::string encoding = base::text_at(json, "encoding");
    std::string encoded = base::text_at(json, "content");
    if (encoding == "none" && is_sha(out.blob)) {
        // From 1 MiB on the content comes as a blob only.
        Call blob = get("/git/blobs/" + out.blob, what);
        blob.final = true;
        auto whole = api_.ask(blob, deadline);
        if (!whole) return base::fail(whole.error());
        encoding = base::text_at(whole->json, "encoding");
        encoded = base::text_at(whole->json, "content");
    }
    auto content = base::from_base64(encoded);
    if (encoding != "base64" || !content || content->size() != static_cast<std::size_t>(size))
        return base::fail(
            base::ErrorKind::Corrupt,
            fmt::format("{}: its content and its size in the answer do not agree", call.what));
    out.content = std::move(*content);
    out.binary = out.content.substr(0, kLooksBinary).find('\0') != std::string::npos;
    return out;
}

Result<Listing<TreeEntry>> RestRepository::tree(const std::string& ref, Deadline deadline) {
    const auto path = escape_path(ref.empty() ? "HEAD" : ref);
    if (!path) return base::fail(path.error());
    Call call = get("/git/trees/" + *path + "?recursive=1",
                    fmt::format("the files at {}", ref.empty() ? "HEAD" : shown_path(ref)));
    call.final = is_sha(ref);
    auto reply = api_.ask(call, deadline);
    if (!reply) return base::fail(reply.error());
    Listing<TreeEntry> out;
    for (const base::Json& one : base::array_at(reply->json, "tree")) {
        const EntryKind kind = kind_of(base::text_at(one, "mode"));
        if (kind == EntryKind::Folder || out.items.size() == kMaxEntries) continue;
        out.items.push_back({base::text_at(one, "path"), kind, base::text_at(one, "sha"),
                             base::integer_at(one, "size")});
    }
    if (base::flag_at(reply->json, "truncated")) {
        out.truncated = true;
        out.note = "GitHub lists only a part of so large a tree";
    }
    return out;
}

}  // namespace insight::github
