#include "collectors/elasticsearch/focus.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

constexpr std::size_t kMost = 20;
constexpr std::array<std::string_view, 14> kLabels{
    "service",     "service_name",    "service.name",
    "app",         "application",     "job",
    "container",   "component",       "deployment",
    "statefulset", "daemonset",       "app_kubernetes_io_name",
    "workload",    "exported_service"};
// `instance` of a scrape is often a pod's name, else an address that fits nothing
constexpr std::array<std::string_view, 4> kPods{"pod", "pod_name", "k8s.pod.name", "instance"};

std::string lower_head(std::string_view text) {
    return base::lower(text.substr(0, 4096));
}

bool is_part_of_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

bool names(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        if ((at == 0 || !is_part_of_word(text[at - 1])) &&
            (at + word.size() == text.size() || !is_part_of_word(text[at + word.size()])))
            return true;
    return false;
}

}  // namespace

std::vector<std::string> asked_services(const model::Incident& incident,
                                        const std::vector<std::string>& known) {
    std::set<std::string> asked;
    std::set<std::string> pods;
    if (!incident.service.empty()) asked.insert(lower_head(incident.service));
    for (const model::Alert& alert : incident.alerts)
        for (const auto& [label, value] : alert.labels) {
            if (std::find(kLabels.begin(), kLabels.end(), label) != kLabels.end())
                asked.insert(lower_head(value));
            if (std::find(kPods.begin(), kPods.end(), label) != kPods.end())
                pods.insert(lower_head(value));
        }
    const std::string question = lower_head(incident.question);
    std::vector<std::string> out;
    for (const std::string& service : known) {
        const std::string word = lower_head(service);
        // A name of one letter would be found in every question.
        if (word.size() < 2 || out.size() >= kMost) continue;
        const bool by_pod = std::any_of(pods.begin(), pods.end(), [&](const std::string& pod) {
            return pod.starts_with(word + "-");
        });
        if (asked.contains(word) || by_pod || names(question, word)) out.push_back(service);
    }
    return out;
}

}  // namespace insight::collectors::elasticsearch
