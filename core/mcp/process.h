// A server's program as a child of ours: no shell, a process group of its own, few inherited
// variables, no inherited file descriptors.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/mcp/endpoint.h"
#include "core/mcp/handle.h"

namespace insight::mcp {

// The program's file: as written when it has a slash, else looked up in the PATH it will get.
// Errors: NotFound.
base::Result<std::string> find_command(const Endpoint& endpoint);

// "NAME=value", sorted: HOME, PATH, LANG and a few more of ours, then what the entry's env says.
std::vector<std::string> environment_of(const Endpoint& endpoint);

class Process {
  public:
    // Errors: NotFound (no such command or folder), Denied (not executable), Unavailable.
    static base::Result<Process> start(const Endpoint& endpoint);
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();  // kills the whole group and reaps

    // Ends of pipes that never block.
    Handle input;      // what it reads
    Handle output;     // what it says
    Handle complaint;  // its standard error

    // "exit code 1", "signal 9", once it ended; it is not reaped by asking
    [[nodiscard]] std::optional<std::string> ended() const;
    // To the group. After ended() its number is still ours: it is reaped last.
    void signal(int number) const;

  private:
    explicit Process(pid_t child) : child_(child) {}
    pid_t child_ = -1;
};

}  // namespace insight::mcp
