// The explicit list: a new source is one file of its own and one line here.
#include <algorithm>
#include <array>

#include "collectors/collector.h"

namespace insight::collectors {

extern const Descriptor kPrometheus;
extern const Descriptor kPostgres;
extern const Descriptor kRedis;
extern const Descriptor kKubernetes;
extern const Descriptor kElasticsearch;
extern const Descriptor kNeo4j;
extern const Descriptor kMcp;
extern const Descriptor kSkyWalking;

std::span<const Descriptor* const> all() {
    static constexpr std::array<const Descriptor*, 8> kAll{
        &kPrometheus, &kPostgres,      &kRedis, &kNeo4j,
        &kKubernetes, &kElasticsearch, &kMcp,   &kSkyWalking};
    return kAll;
}

const Descriptor* find(std::string_view name) {
    const auto list = all();
    const auto it = std::find_if(list.begin(), list.end(),
                                 [&](const Descriptor* one) { return one->name == name; });
    return it == list.end() ? nullptr : *it;
}

base::Result<base::Json> Source::sample(base::Deadline) {
    return base::Json::object();
}

}  // namespace insight::collectors
