#include "evomap/credentials.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/crypto.h"
#include "evomap/settings.h"

namespace insight::evomap {
namespace {

constexpr std::size_t kMaxFile = 64U << 10;
constexpr std::array<std::string_view, 8> kNames{"new",       "active",  "unreachable", "limited",
                                                 "suspended", "captcha", "claimed",     "diverged"};
constexpr const char* kIdFile = "node_id";

tl::unexpected<base::Error> broken(const std::string& path, std::string_view what) {
    return base::fail(base::ErrorKind::Unavailable,
                      fmt::format("{} could not be {}: {}; evomap.stateDirectory must be writable",
                                  path, what, std::strerror(errno)));
}

base::Status write_all(int file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return broken(path, "written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file) != 0) return broken(path, "written");
    return {};
}

// The new text or the old one, never a half: written beside and renamed.
// The hub gives a secret once: a file cut in half by a crash would lose the node.
base::Status replace(const std::string& path, std::string_view text) {
    const std::string beside = path + "." + base::random_hex(4);
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return broken(path, "written");
    base::Status done = write_all(file, text, path);
    ::close(file);
    if (done && ::rename(beside.c_str(), path.c_str()) != 0) done = broken(path, "written");
    if (!done) ::unlink(beside.c_str());
    const int folder = ::open(std::filesystem::path(path).parent_path().c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    return done;
}

std::string read(const std::string& path) {
    struct stat status {};
    // A file that a person has copied here may be readable by others.
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077U) != 0)
        ::chmod(path.c_str(), 0600);
    std::ifstream file(path, std::ios::binary);
    std::string text(kMaxFile, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::string without_line_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

NodeState state_from(std::string_view text) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == text) return static_cast<NodeState>(i);
    return NodeState::New;
}

Json node_record_json(const NodeRecord& record) {
    return {{"node_id", record.node_id},
            {"node_secret", record.secret.reveal()},
            {"node_secret_version", record.version},
            {"state", name(record.state)},
            {"note", record.note},
            {"claim_code", record.claim_code},
            {"claim_url", record.claim_url},
            {"claimed", record.claimed},
            {"credits", record.credits},
            {"survival", record.survival},
            {"interval", record.interval},
            {"hello_at", record.hello_at},
            {"beat_at", record.beat_at},
            {"not_before", record.not_before},
            {"failures", record.failures},
            {"validation", record.validation}};
}

NodeRecord node_record_from(const Json& value) {
    NodeRecord out;
    out.node_id = base::text_at(value, "node_id");
    out.secret = base::Secret(base::text_at(value, "node_secret"));
    out.version = base::integer_at(value, "node_secret_version");
    out.state = state_from(base::text_at(value, "state"));
    out.note = base::text_at(value, "note");
    out.claim_code = base::text_at(value, "claim_code");
    out.claim_url = base::text_at(value, "claim_url");
    out.claimed = base::flag_at(value, "claimed");
    out.credits = base::number_at(value, "credits");
    out.survival = base::text_at(value, "survival");
    out.interval = base::integer_at(value, "interval");
    out.hello_at = base::integer_at(value, "hello_at");
    out.beat_at = base::integer_at(value, "beat_at");
    out.not_before = base::integer_at(value, "not_before");
    out.failures = static_cast<int>(base::integer_at(value, "failures"));
    out.validation = static_cast<int>(base::integer_at(value, "validation"));
    return out;
}

}  // namespace

std::string_view name(NodeState state) {
    return kNames[static_cast<std::size_t>(state)];
}

base::Result<NodeRecord> NodeFile::load(const std::string& configured) const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (!error) ::chmod(folder_.c_str(), 0700);
    std::string id = configured.empty() ? without_line_end(read(path(kIdFile))) : configured;
    // 12 hexadecimal digits, the shortest that hubs take.
    if (!is_node_id(id)) id = "node_" + base::random_hex(6);
    const std::string file = path(id + ".json");
    const std::string text = read(file);
    NodeRecord record;
    if (!text.empty()) {
        const auto value = base::parse_json(text, file);
        if (!value || base::text_at(*value, "node_id") != id)
            return base::fail(
                base::ErrorKind::Corrupt,
                fmt::format("{} is damaged; move it away to begin anew, or bring back "
                            "a copy of it to keep the node's secret",
                            file));
        record = node_record_from(*value);
    }
    record.node_id = id;
    // What the hub gave goes before the environment: it may have been rotated since.
    if (record.secret.empty())
        if (const char* secret = std::getenv("A2A_NODE_SECRET"); secret != nullptr)
            record.secret = base::Secret(secret);
    return record;
}

base::Status NodeFile::save(const NodeRecord& record) const {
    if (auto done =
            replace(path(record.node_id + ".json"), base::dump_json(node_record_json(record), 2));
        !done)
        return done;
    if (without_line_end(read(path(kIdFile))) == record.node_id) return {};
    return replace(path(kIdFile), record.node_id + "\n");
}

}  // namespace insight::evomap
