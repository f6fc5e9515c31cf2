#include "tests/unit/store/postgres_server.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "core/base/crypto.h"

namespace insight::store {
namespace {

namespace fs = std::filesystem;

constexpr auto kLongestStart = std::chrono::seconds(30);

// Small and quick. fsync is off: no test switches the machine off.
constexpr const char* kSettings = R"(
listen_addresses = ''
max_connections = 60
shared_buffers = 16MB
fsync = off
full_page_writes = off
autovacuum = off
deadlock_timeout = 100ms
)";

std::string newest_programs() {
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored))
        if (fs::exists(version.path() / "bin/initdb") &&
            fs::exists(version.path() / "bin/postgres"))
            found.push_back(version.path() / "bin");
    return found.empty() ? std::string() : std::max_element(found.begin(), found.end())->string();
}

// PostgreSQL refuses to run as root.
const passwd* other_account() {
    return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

}  // namespace

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::start_one() {
    const std::string programs = newest_programs();
    if (programs.empty())
        return base::fail(base::ErrorKind::NotFound,
                          "PostgreSQL is not installed (Debian: apt-get install postgresql)");
    const fs::path folder = fs::temp_directory_path() / ("pg-" + base::random_hex(4));
    fs::create_directories(folder);
    if (const passwd* account = other_account();
        account != nullptr && ::chown(folder.c_str(), account->pw_uid, account->pw_gid) != 0)
        return base::fail(base::ErrorKind::Unavailable, "the server's folder cannot be handed on");
    std::unique_ptr<PostgresServer> server(new PostgresServer(programs, folder.string()));
    const int initialized =
        server->run("initdb", "-D " + server->folder_ +
                                  "/data -A trust -U insight -E UTF8 --locale=C.UTF-8 -N");
    int code = 0;
    ::waitpid(initialized, &code, 0);
    if (code != 0)
        return base::fail(base::ErrorKind::Unavailable, "initdb failed in " + server->folder_);
    {
        std::ofstream settings(server->folder_ + "/data/postgresql.conf", std::ios::app);
        settings << kSettings << "unix_socket_directories = '" << server->folder_ << "'\n";
    }
    if (auto started = server->start(); !started) return base::fail(started.error());
    return server;
}

base::Result<PostgresServer*> PostgresServer::shared() {
    static const auto kServer = start_one();
    if (!kServer) return base::fail(kServer.error());
    return kServer->get();
}

PostgresServer::~PostgresServer() {
    if (owner_ != ::getpid()) return;
    signal_and_wait(SIGQUIT);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& schema) const {
    return "postgresql://insight@/postgres?host=" + folder_ + "&schema=" + schema;
}

int PostgresServer::run(const std::string& program, const std::string& arguments) {
    std::vector<std::string> words{programs_ + "/" + program};
    std::istringstream in(arguments);
    for (std::string word; in >> word;) words.push_back(word);
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const std::string log = folder_ + "/" + program + ".log";
    const passwd* account = other_account();
    const int parent = ::getpid();
    const int child = ::fork();
    if (child != 0) return child;
    if (account != nullptr && (::setgid(account->pw_gid) != 0 || ::setuid(account->pw_uid) != 0))
        ::_exit(126);
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent) ::_exit(126);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
}

base::Status PostgresServer::start() {
    owner_ = ::getpid();
    process_ = run("postgres", "-D " + folder_ + "/data");
    const auto until = std::chrono::steady_clock::now() + kLongestStart;
    // The last line of its file says so once it takes connections.
    while (std::chrono::steady_clock::now() < until) {
        std::ifstream file(folder_ + "/data/postmaster.pid");
        std::string line;
        std::string last;
        while (std::getline(file, line)) last = line;
        if (last.starts_with("ready")) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return base::fail(base::ErrorKind::Unavailable, "postgres did not start in " + folder_);
}

void PostgresServer::signal_and_wait(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void PostgresServer::stop() {
    signal_and_wait(SIGINT);
}

void PostgresServer::crash() {
    // The group: the sessions are processes of their own.
    const int group = process_;
    if (group > 0) ::kill(-group, SIGKILL);
    signal_and_wait(SIGKILL);
    std::error_code ignored;
    fs::remove(folder_ + "/data/postmaster.pid", ignored);
}

void PostgresServer::freeze(bool on) {
    // Sessions lead groups of their own, so each process below the server is told.
    const int signal = on ? SIGSTOP : SIGCONT;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::ifstream status(entry.path() / "stat");
        int id = 0;
        std::string name;
        char state = 0;
        int parent = 0;
        if (status >> id >> name && name == "(postgres)" && status >> state >> parent &&
            (parent == process_ || id == process_))
            ::kill(id, signal);
    }
}

}  // namespace insight::store
