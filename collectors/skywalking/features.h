// What a version of the server can be asked: fields of its schema, by one introspection.
#pragma once

#include <map>
#include <set>
#include <string>

#include "collectors/skywalking/api.h"

namespace insight::collectors::skywalking {

class Features {
  public:
    // `schema`: data of the introspection. Pure.
    explicit Features(const base::Json& schema);

    // A field of a type: ("Query", "execExpression"), also of an input type.
    [[nodiscard]] bool has(const std::string& type, const std::string& field) const;
    // An argument of a field of Query.
    [[nodiscard]] bool takes(const std::string& query, const std::string& argument) const;
    // Those of `wanted` (words with blanks between) that the type has.
    [[nodiscard]] std::string only(const std::string& type, std::string_view wanted) const;

    // metrics expressions (9.5 and newer)
    [[nodiscard]] bool expressions() const { return has("Query", "execExpression"); }

  private:
    std::map<std::string, std::set<std::string>> fields_;
    std::map<std::string, std::set<std::string>> arguments_;
};

// Errors: as Api::ask; Corrupt when it is GraphQL, but not SkyWalking's.
base::Result<Features> features_of(Api& api, base::Deadline deadline);

}  // namespace insight::collectors::skywalking
