// Of whom a part of a statement is said: an entity, and where one stands beside it the metric, the
// operation, the image of that entity.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

struct Subject {
    const Token* name = nullptr;  // nullptr: of nobody in particular
    const Token* with = nullptr;
    const Token* object = nullptr;  // "call to cart": to whom something was done
};

// All that it is given must outlive it. Threads: safe.
class Subjects {
  public:
    Subjects(const std::vector<Token>& tokens, const std::vector<Testimony>& testimonies,
             const std::set<std::string>& names);

    // The names before the part, else those behind it, with what an "and" joins to them: what two
    // are said to have done each of them did. Never empty.
    [[nodiscard]] std::vector<Subject> of(std::size_t index) const;

    // Where something is told of the subject.
    [[nodiscard]] std::vector<Place> places(const Subject& subject) const;

    // A name that some records have and others have not: it tells them apart. The name of a column
    // or of a metric that all of them share does not.
    [[nodiscard]] bool tells_apart(std::size_t index) const { return tells_apart_[index]; }

  private:
    [[nodiscard]] bool tells_apart(const Token& token) const;
    [[nodiscard]] bool is_object(std::size_t index) const;
    [[nodiscard]] bool is_left_behind(std::size_t name, std::size_t index) const;
    [[nodiscard]] bool is_entity(const Token& token) const;
    [[nodiscard]] bool is_joined(std::size_t index, std::size_t with) const;
    [[nodiscard]] const Token* beside(const Token* name, std::size_t index) const;
    [[nodiscard]] std::vector<const Token*> names_for(std::size_t index) const;
    [[nodiscard]] const Token* object_for(std::size_t index) const;
    [[nodiscard]] std::vector<const Token*> joined_before(std::size_t last) const;
    [[nodiscard]] std::vector<const Token*> joined_behind(std::size_t first) const;

    const std::vector<Token>& tokens_;
    const std::vector<Testimony>& testimonies_;
    const std::set<std::string>& names_;
    std::vector<bool> tells_apart_;  // by token
};

}  // namespace insight::agent::reasoning
