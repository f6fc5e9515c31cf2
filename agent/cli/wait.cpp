#include "agent/cli/wait.h"

#include <pthread.h>

namespace insight::cli {

Interruption::Interruption() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

void Interruption::wait() const {
    int received = 0;
    sigwait(&signals_, &received);
}

}  // namespace insight::cli
