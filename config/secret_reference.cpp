#include "config/secret_reference.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "config/expand.h"
#include "core/base/text.h"

namespace insight::config {
namespace {

constexpr std::size_t kMaxSecret = 64U << 10;

base::Result<base::Secret> from_file(const std::string& written, const Tree& tree,
                                     const std::string& path, Reading& reading) {
    const std::string file = written.starts_with('/') ? written : reading.folder + "/" + written;
    const auto refuse = [&](std::string_view why) {
        return fail_at(reading.origin, tree.line,
                       fmt::format("the file {} of '{}' {}", base::clean_utf8(file), path, why));
    };
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        return refuse(fmt::format("cannot be read ({})", std::strerror(errno)));
    // A pipe would wait for its writer, a device never end.
    if (!S_ISREG(status.st_mode)) return refuse("is not a regular file");
    if (static_cast<std::size_t>(status.st_size) > kMaxSecret)
        return refuse(fmt::format("is larger than the {} bytes a secret may have", kMaxSecret));
    std::ifstream stream(file, std::ios::binary);
    // st_size is not trusted: files of /proc say 0.
    std::string value(kMaxSecret + 1, '\0');
    stream.read(value.data(), static_cast<std::streamsize>(value.size()));
    if (!stream && !stream.eof()) return refuse("cannot be read");
    value.resize(static_cast<std::size_t>(stream.gcount()));
    // Editors and `echo` end a file with a line break that is none of the secret.
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) return refuse("is empty");
    // A warning only: files mounted by Kubernetes are readable by all unless defaultMode says
    // otherwise.
    if ((status.st_mode & S_IROTH) != 0)
        reading.warnings.push_back(
            fmt::format("{} line {}: the secret file {} can be read by every user; chmod 600 it",
                        reading.origin, tree.line, base::clean_utf8(file)));
    return base::Secret(std::move(value));
}

base::Result<base::Secret> from_environment(std::string_view name, const Tree& tree,
                                            const std::string& path, const Reading& reading) {
    if (!is_environment_name(name))
        return fail_at(reading.origin, tree.line,
                       fmt::format("'{}.env' must be the name of an environment variable", path));
    base::Result<std::string> value = environment(name);
    if (!value)
        return fail_at(reading.origin, tree.line,
                       fmt::format("'{}': {}", path, value.error().message));
    return base::Secret(std::move(*value));
}

}  // namespace

base::Result<base::Secret> read_secret(const Tree& tree, const std::string& path,
                                       Reading& reading) {
    // One whole ${NAME} names a variable like {env: NAME}; text around it would be a part of the
    // secret written here.
    if (tree.kind == Tree::Kind::Scalar)
        if (const std::string_view name = sole_reference(tree.text); !name.empty())
            return from_environment(name, tree, path, reading);
    if (tree.kind == Tree::Kind::Map && tree.entries.size() == 1 &&
        tree.entries[0].value.kind == Tree::Kind::Scalar) {
        const Entry& entry = tree.entries[0];
        const base::Result<std::string> text = expand(entry.value.text);
        if (!text)
            return fail_at(reading.origin, entry.line,
                           fmt::format("'{}.{}': {}", path, entry.key, text.error().message));
        if (entry.key == "env") return from_environment(*text, tree, path, reading);
        if (entry.key == "file" && !text->empty()) return from_file(*text, tree, path, reading);
    }
    return fail_at(reading.origin, tree.line,
                   fmt::format("'{}' is a secret and is not written here; write {{env: NAME}} or "
                               "{{file: PATH}} instead",
                               path));
}

}  // namespace insight::config
