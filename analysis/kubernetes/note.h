// What a rule has to say, before it is merged with its likes, weighed against what it follows from,
// and turned into a Finding with evidence.
#pragma once

#include "analysis/finding.h"
#include "analysis/kubernetes/names.h"

namespace insight::analysis::kubernetes {

// Where a cited value was read, and what it is.
using Cells = std::vector<std::pair<std::string, Json>>;

struct Citation {
    const Object* object = nullptr;
    Cells cells;
};

// How much a note weighs; see Finding and Mechanism for the scales.
struct Weight {
    double strength = 0.8;
    double harm = 0.6;
    double directness = 0.9;
    double surprise = 6;
};
// Breaks what it speaks of now; may well break it; a setting that will matter one day.
constexpr Weight kBroken{0.95, 0.9, 1.0, 8};
constexpr Weight kFault{0.8, 0.7, 0.85, 6};
constexpr Weight kSuspect{0.5, 0.35, 0.5, 2.5};
constexpr Weight kHint{0.3, 0.15, 0.25, 1.5};

// Points into the cluster, which must outlive it.
struct Note {
    const Object* subject = nullptr;
    std::string cause_class;
    model::Level level = model::Level::Infrastructure;
    Weight weight;
    std::string statement;
    std::string brief;           // for the timeline; empty: the statement
    std::optional<Nanos> onset;  // nothing: not known
    bool current = true;
    // Worth knowing in a check-up, never a cause of anything: no mechanism is made of it.
    bool notice = false;
    std::string part;  // container or the like: notes of different parts are not merged
    Aspect aspect = Aspect::Availability;
    std::vector<Citation> cited;
    std::vector<const Event*> events;
    model::Observation overturned_by;
    std::vector<model::Recommendation> recommendations;
    // Objects whose own fault, where one was found, brings this one about.
    Objects follows_from;
    Objects hurt;  // subjects of the notes that follow from it; filled in by settle

    Note& says(std::string sentence);
    Note& cite(const Object& object, Cells cells);
    Note& cite(const Event& event);
    Note& since(std::optional<Nanos> time);  // nothing: what was known stays
    Note& weighs(const Weight& value);
    Note& over(bool recovered);
    Note& overturned(std::string sentence, std::string command);
    Note& advise(std::string sentence, std::string command = {});
    Note& after(const Object* cause);  // nullptr: nobody
    Note& concerns(std::string container);
};

}  // namespace insight::analysis::kubernetes
