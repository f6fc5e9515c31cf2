#include "analysis/changes/subjects.h"

#include "analysis/changes/subjects/tables.h"

namespace insight::analysis::changes {

const std::vector<Subject>& subjects() {
    static const std::vector<Subject> kSubjects = [] {
        std::vector<Subject> all;
        for (const auto part : {capacity_subjects, time_limit_subjects, shared_state_subjects,
                                query_subjects, wire_subjects, code_subjects, running_subjects})
            for (Subject& subject : part()) all.push_back(std::move(subject));
        return all;
    }();
    return kSubjects;
}

}  // namespace insight::analysis::changes
