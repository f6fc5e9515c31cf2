#include "core/mcp/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::ErrorKind;
using base::fail;

// Ours, for locale, home and lookup: nothing that could carry a secret of ours.
constexpr std::array<const char*, 12> kInherited{"HOME", "LANG",    "LC_ALL", "LC_CTYPE",
                                                 "PATH", "LOGNAME", "USER",   "SHELL",
                                                 "TERM", "TMPDIR",  "TZ",     "XDG_CACHE_HOME"};
constexpr const char* kUsualPath = "/usr/local/bin:/usr/bin:/bin";

std::string variable(const Endpoint& endpoint, const char* name) {
    if (const auto own = endpoint.environment.find(name); own != endpoint.environment.end())
        return own->second.reveal();
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool is_program(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(file.c_str(), X_OK) == 0;
}

struct Pipe {
    Handle reading;
    Handle writing;
};

// Closed on exec: another child that starts meanwhile would keep the pipe open, and its end would
// never be seen.
bool make_pipe(Pipe& pipe) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    pipe.reading = Handle(ends[0]);
    pipe.writing = Handle(ends[1]);
    return true;
}

// Only our end: the child's shares no flags with it.
void never_block(const Handle& end) {
    ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// What the child's descriptors and signals shall be.
class Plan {
  public:
    Plan(const Pipe& in, const Pipe& out, const Pipe& complaint, const std::string& folder) {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_adddup2(&files_, in.reading.get(), 0);
        posix_spawn_file_actions_adddup2(&files_, out.writing.get(), 1);
        posix_spawn_file_actions_adddup2(&files_, complaint.writing.get(), 2);
        // sockets and files of ours are nobody else's, flagged or not
        posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&files_, folder.c_str());
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all;
        sigfillset(&all);
        // a group of its own: what it starts itself is ended with it, and ^C at our terminal is
        // ours
        posix_spawnattr_setpgroup(&attributes_, 0);
        // threads of ours block signals, and a child would inherit that and never hear SIGTERM
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Plan() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &files_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

base::Result<std::string> find_command(const Endpoint& endpoint) {
    const auto missing = [&](std::string_view where) {
        return fail(ErrorKind::NotFound,
                    fmt::format("the command '{}' of the MCP server {} is not {}: install it or "
                                "write its full path",
                                base::shorten(endpoint.where(), 100), endpoint.name, where));
    };
    // relative to cwd, where that is given: the child has changed there before it is executed
    if (endpoint.command.find('/') != std::string::npos) {
        if (is_program(endpoint.command) ||
            (!endpoint.folder.empty() && is_program(endpoint.folder + "/" + endpoint.command)))
            return endpoint.command;
        return missing("a program");
    }
    std::string path = variable(endpoint, "PATH");
    if (path.empty()) path = kUsualPath;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find(':', at), path.size());
        const std::string file = path.substr(at, end - at) + "/" + endpoint.command;
        if (end > at && is_program(file)) return file;
        at = end + 1;
    }
    return missing("found in PATH");
}

std::vector<std::string> environment_of(const Endpoint& endpoint) {
    std::map<std::string, std::string> all;
    for (const char* name : kInherited)
        if (std::string value = variable(endpoint, name); !value.empty())
            all.emplace(name, std::move(value));
    // only where neither we nor the entry have one
    all.emplace("PATH", kUsualPath);
    for (const auto& [name, value] : endpoint.environment) all[name] = value.reveal();
    std::vector<std::string> out;
    for (const auto& [name, value] : all) out.push_back(name + "=" + value);
    return out;
}

base::Result<Process> Process::start(const Endpoint& endpoint) {
    const auto file = find_command(endpoint);
    if (!file) return fail(file.error());
    Pipe in;
    Pipe out;
    Pipe complaint;
    if (!make_pipe(in) || !make_pipe(out) || !make_pipe(complaint))
        return fail(ErrorKind::Unavailable,
                    fmt::format("no pipe can be made for the MCP server {}", endpoint.name),
                    std::strerror(errno));
    std::vector<std::string> words{*file};
    words.insert(words.end(), endpoint.arguments.begin(), endpoint.arguments.end());
    std::vector<std::string> variables = environment_of(endpoint);
    const Plan plan(in, out, complaint, endpoint.folder);
    pid_t child = -1;
    if (const int error = posix_spawn(&child, file->c_str(), plan.files(), plan.attributes(),
                                      pointers(words).data(), pointers(variables).data());
        error != 0)
        return fail(error == ENOENT   ? ErrorKind::NotFound
                    : error == EACCES ? ErrorKind::Denied
                                      : ErrorKind::Unavailable,
                    fmt::format("the MCP server {} cannot be started from {}: check its file, its "
                                "interpreter and cwd",
                                endpoint.name, *file),
                    std::strerror(error));
    Process process(child);
    process.input = std::move(in.writing);
    process.output = std::move(out.reading);
    process.complaint = std::move(complaint.reading);
    for (const Handle* end : {&process.input, &process.output, &process.complaint})
        never_block(*end);
    return process;
}

Process::Process(Process&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      complaint(std::move(other.complaint)),
      child_(std::exchange(other.child_, -1)) {}

Process::~Process() {
    if (child_ < 0) return;
    signal(SIGKILL);  // the polite ways were tried before; it must not outlive its owner
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// Looks without reaping: the id must stay taken until the destructor, or a signal of ours could
// reach a stranger.
std::optional<std::string> Process::ended() const {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return "gone";
    if (info.si_pid == 0) return std::nullopt;
    return fmt::format("{} {}", info.si_code == CLD_EXITED ? "exit code" : "signal",
                       info.si_status);
}

void Process::signal(int number) const {
    if (child_ > 0) ::kill(-child_, number);
}

}  // namespace insight::mcp
