#include "core/kubernetes/plugin_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace insight::kubernetes {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kMostComplaint = 8U << 10;

class Pipe {
  public:
    Pipe() {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] bool good() const { return ends_[0] >= 0; }
    [[nodiscard]] int reading() const { return ends_[0]; }
    [[nodiscard]] int writing() const { return ends_[1]; }
    void close_end(std::size_t end) {
        if (ends_.at(end) >= 0) close(ends_.at(end));
        ends_.at(end) = -1;
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> whole_environment(const Command& command) {
    std::vector<std::string> out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::string_view name = text.substr(0, text.find('='));
        const bool replaced = std::any_of(command.environment.begin(), command.environment.end(),
                                          [&](const auto& one) { return one.first == name; });
        if (!replaced) out.emplace_back(text);
    }
    for (const auto& [name, value] : command.environment) out.push_back(name + "=" + value);
    return out;
}

int spawn(const Command& command, const Pipe& output, const Pipe& complaint, pid_t& child) {
    std::vector<std::string> words{command.file};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> variables = whole_environment(command);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output.writing(), 1);
    posix_spawn_file_actions_adddup2(&files, complaint.writing(), 2);
    // Sockets and files of ours are not the plug-in's, flagged or not.
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // a group of its own, so that what it started can be ended with it; no signal stays blocked
    sigset_t none;
    sigemptyset(&none);
    sigset_t ordinary;
    sigemptyset(&ordinary);
    sigaddset(&ordinary, SIGPIPE);
    sigaddset(&ordinary, SIGTERM);
    sigaddset(&ordinary, SIGINT);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &ordinary);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = posix_spawnp(&child, command.file.c_str(), &files, &attributes,
                                   pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

// Reads what is there. False at the end of the stream.
// The ends of these pipes block, but only what poll() found is read.
bool drain(int from, std::string& into) {
    std::array<char, 16384> block{};
    const ssize_t got = read(from, block.data(), block.size());
    if (got > 0) into.append(block.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

bool has_ended(pid_t child) {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

}  // namespace

base::Result<Finished> run(const Command& command, base::Deadline deadline) {
    Pipe output;
    Pipe complaint;
    if (!output.good() || !complaint.good())
        return fail(ErrorKind::Unavailable, "no pipe could be made for a command",
                    std::strerror(errno));
    pid_t child = 0;
    if (const int error = spawn(command, output, complaint, child); error != 0)
        return fail(error == ENOENT ? ErrorKind::NotFound : ErrorKind::Unavailable,
                    fmt::format("the command '{}' cannot be started", command.file),
                    std::strerror(error));
    output.close_end(1);
    complaint.close_end(1);

    Finished out;
    bool open_output = true;
    bool open_complaint = true;
    bool too_much = false;
    while ((open_output || open_complaint) && !too_much && !deadline.passed()) {
        std::array<pollfd, 2> wait{pollfd{open_output ? output.reading() : -1, POLLIN, 0},
                                   pollfd{open_complaint ? complaint.reading() : -1, POLLIN, 0}};
        const auto left = std::min<std::int64_t>(deadline.remaining_ms().count() + 1, 1000);
        // At most a second at a time; the deadline is looked at in between.
        if (poll(wait.data(), wait.size(), static_cast<int>(left)) <= 0) continue;
        if (wait[0].revents != 0) open_output = drain(output.reading(), out.output);
        if (wait[1].revents != 0) open_complaint = drain(complaint.reading(), out.complaint);
        too_much = out.output.size() > command.most_output;
        if (out.complaint.size() > 2 * kMostComplaint)
            out.complaint.erase(0, out.complaint.size() - kMostComplaint);
    }
    const bool late = open_output || open_complaint;
    // both ends closed: it is about to leave, or it waits for something we do not
    while (!late && !too_much && !deadline.passed() && !has_ended(child)) poll(nullptr, 0, 5);
    // Nothing of its group survives this. It is not reaped yet: the group's number is still its
    // own.
    kill(-child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (too_much)
        return fail(ErrorKind::TooLarge, fmt::format("the command '{}' printed more than {} bytes",
                                                     command.file, command.most_output));
    if (late || deadline.passed())
        return fail(ErrorKind::Timeout,
                    fmt::format("the command '{}' did not end in time", command.file),
                    out.complaint);
    out.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return out;
}

}  // namespace insight::kubernetes
