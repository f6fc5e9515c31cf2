// What a report blames, in the words of the labels, and whether that is right.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/evaluation/labels.h"
#include "core/model/report.h"

namespace insight::evaluation {

// Which service a pod belongs to, from the signals' own labels (`k8s.pod.name` beside
// `service.name`); for pods they do not name, from the names Kubernetes gives: owner, template
// hash, suffix.
class Pods {
  public:
    void learn(const model::Signals& signals);
    void learn(const std::string& pod, const std::string& service);
    // the pod's service; the name itself when it is no pod's
    [[nodiscard]] std::string service_of(const std::string& name) const;

  private:
    std::map<std::string, std::string> service_of_;
};

struct Blamed {
    std::string entity;  // its name, as the report says it
    std::string change;  // ref of the first change among the cause's evidence; empty: none
    double probability = 0;
    bool right = false;
};

// One for each cause, most probable first, not yet judged.
std::vector<Blamed> blamed_in(const model::Report& report);

// Answers at the level of services: a pod stands for its service, so causes at two pods of one
// service are one answer. Keeps the most probable of each.
std::vector<Blamed> at_services(const std::vector<Blamed>& blamed, const Pods& pods);

// Answers at the level of changes: causes citing one change are one answer, and so are causes
// without a change at one entity.
std::vector<Blamed> at_changes(const std::vector<Blamed>& blamed);

// Marks the answers that name the service (or a pod of it), or the change, of any labelled cause.
void judge_entities(const LabelledCase& label, const Pods& pods, std::vector<Blamed>& answers);
void judge_changes(const LabelledCase& label, std::vector<Blamed>& answers);

}  // namespace insight::evaluation
