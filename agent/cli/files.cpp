#include "agent/cli/files.h"

#include <fmt/format.h>

#include <fstream>

namespace insight::cli {

base::Result<std::string> read_text(const std::string& path, std::size_t limit) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return base::fail(base::ErrorKind::NotFound,
                          fmt::format("{} cannot be read; is the path right?", path));
    std::string text;
    std::string piece(1U << 20, '\0');
    while (file && text.size() <= limit) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        text.append(piece, 0, static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > limit)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("{} is larger than the {} MiB allowed", path, limit >> 20U));
    return text;
}

base::Status write_text(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (out) return {};
    return base::fail(
        base::ErrorKind::Unavailable,
        fmt::format("{} could not be written; is the folder there and writable?", path));
}

}  // namespace insight::cli
