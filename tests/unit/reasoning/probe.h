// Statements as models write them in answers about causes, each with the evidence that it cites and
// what a careful reader says of it.
#pragma once

#include <gtest/gtest.h>

#include "agent/reasoning/proof.h"
#include "agent/reasoning/shown.h"
#include "tests/unit/reasoning/probe_evidence.h"

namespace insight::agent::reasoning::test {

using model::Proof;

enum class Is {
    Said,     // the evidence says it
    NotSaid,  // it does not, or says something else
    BeyondUs  // it does, in a way that is not read: unproven, and never contradicted
};

struct Probe {
    Is is;
    const model::Evidence& evidence;
    const char* statement;
};

inline void judge(const std::vector<Probe>& probes, const model::Evidence* beside = nullptr) {
    for (const Probe& probe : probes) {
        const Finding finding =
            prove(shown_statement(probe.statement), {&probe.evidence, beside}, kShop);
        std::string missing;
        for (const std::string& part : finding.missing) missing += " [" + part + "]";
        switch (probe.is) {
            case Is::Said:
                EXPECT_EQ(finding.proof, Proof::Proven) << probe.statement << missing;
                break;
            case Is::NotSaid:
                EXPECT_NE(finding.proof, Proof::Proven) << probe.statement;
                break;
            case Is::BeyondUs:
                EXPECT_EQ(finding.proof, Proof::Unproven) << probe.statement << missing;
                break;
        }
    }
}

inline constexpr Is said = Is::Said, not_said = Is::NotSaid, beyond_us = Is::BeyondUs;

}  // namespace insight::agent::reasoning::test
