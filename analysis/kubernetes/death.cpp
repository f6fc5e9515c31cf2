#include "analysis/kubernetes/death.h"

#include <fmt/format.h>

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

const Event* probe_kill(const Look& look, const Object& pod, const Container& container) {
    const Event* found = nullptr;
    for (const Event* event : look.cluster.events_of(pod)) {
        if (!event->container.empty() && event->container != container.name) continue;
        const bool failing =
            event->reason == "Unhealthy" &&
            (event->message.starts_with("Liveness") || event->message.starts_with("Startup"));
        const bool killing =
            event->reason == "Killing" && event->message.find(" probe") != std::string_view::npos;
        // The probe's own words say more than the kill's.
        if (failing || (killing && found == nullptr)) found = event;
    }
    return found;
}

// 128 and the number of the signal, as shells and container runtimes report it.
std::string signal_name(std::int64_t exit_code) {
    switch (exit_code) {
        case 132:
            return "an illegal instruction";
        case 134:
            return "an abort";
        case 135:
            return "a bus error";
        case 136:
            return "an arithmetic error";
        case 139:
            return "a segmentation fault";
        default:
            return {};
    }
}

}  // namespace

Death death_of(const Look& look, const Object& pod, const Container& container, const Json& ended) {
    // From the surest sign to the vaguest: the kernel's kill as the runtime tells it, a failed
    // probe in the events, and only then what the exit code alone says.
    const std::string reason(plain(text(ended, "reason")));
    const std::int64_t code = count(ended, "exitCode");
    const bool has_code = at(ended, "exitCode").is_number();
    Death death;
    death.words = !has_code        ? fmt::format("ended with reason {}", reason)
                  : reason.empty() ? fmt::format("exited with code {}", code)
                                   : fmt::format("exited with code {} ({})", code, reason);
    const Json& limit = at(*container.wanted, "resources", "limits", "memory");
    if (reason == "OOMKilled") {
        death.cause_class = "out_of_memory";
        // Without a limit nothing but the program itself could have held it back.
        death.level = limit.is_string() ? Level::Config : Level::Code;
        death.words = fmt::format(
            "was killed for using too much memory (OOMKilled{}){}",
            has_code ? fmt::format(", exit code {}", code) : "",
            limit.is_string()
                ? fmt::format("; its limit is {}", plain(limit.get_ref<const std::string&>()))
                : "");
        death.check =
            "If its memory stays far below the limit until it dies, something else on the node "
            "kills it.";
        death.advice =
            "Find out whether its memory grows without end (a leak) or its limit is too small for "
            "its load.";
        return death;
    }
    // The kubelet ends it by SIGTERM (143) and, after the grace period, by SIGKILL (137); a process
    // that obeys exits with 0. Any other code is its own.
    if (const Event* event = probe_kill(look, pod, container);
        event != nullptr && (code == 137 || code == 143 || code == 0 || !has_code)) {
        death.cause_class = "liveness_kill";
        death.level = Level::Config;
        death.words = fmt::format("is killed by the kubelet as its {} probe fails: {}",
                                  event->message.starts_with("Startup") ? "startup" : "liveness",
                                  in_quotes(event->message));
        death.check =
            "If it answers the probe at once when asked by hand, the probe's time limit is too "
            "short.";
        death.advice =
            "Find out whether the process hangs or the probe asks too early, too often or at the "
            "wrong place.";
        death.event = event;
        return death;
    }
    // What shells exit with when a command may not be run (126) or is not there (127).
    if (code == 126 || code == 127 || reason == "StartError" || reason == "ContainerCannotRun") {
        death.cause_class = "container_not_started";
        death.level = Level::Config;
        death.check =
            "If its command exists and may be run in the image, look at the node's runtime.";
        death.advice = "Compare its command and arguments with what the image contains.";
        return death;
    }
    if (!signal_name(code).empty()) {
        death.cause_class = "application_crash";
        death.words += ", " + signal_name(code);
        death.check = "If another version runs under the same load, it is that version's fault.";
        death.advice = "Look for a core dump and what the process wrote last.";
        return death;
    }
    // A SIGKILL that neither its memory nor a probe explains comes from outside.
    if (code == 137) {
        death.cause_class = "container_killed";
        death.level = Level::Infrastructure;
        death.check = "If the node's kernel log has no kill of it, somebody stopped it.";
        death.advice = "Look for memory kills in the node's kernel log and for who deleted it.";
        return death;
    }
    if (has_code && code == 0) {
        death.cause_class = "container_exits";
        death.level = Level::Config;
        death.words = "ends with exit code 0 although it should keep running";
        death.check = "If it is meant to end, it belongs into a Job.";
        death.advice =
            "Check its command: a process that goes to the background ends the container.";
        death.weight = kFault;
        return death;
    }
    death.cause_class = "application_crash";
    death.check =
        "If it starts with the settings of another version, the settings are at fault and not the "
        "code.";
    death.advice =
        "Read what it wrote before it ended, and what was changed before the first crash.";
    return death;
}

}  // namespace insight::analysis::kubernetes
