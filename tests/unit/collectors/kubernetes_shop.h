// Objects of a small shop in a cluster.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

using base::Json;

inline base::Nanos at_time(const char* text) {
    return base::parse_rfc3339(text).value();
}

inline base::Json object(const char* kind, const std::string& name, Json more = Json::object()) {
    Json out{{"kind", kind},
             {"metadata",
              {{"name", name}, {"namespace", "shop"}, {"uid", std::string(kind) + "-" + name}}}};
    out.merge_patch(more);
    return out;
}

inline base::Json owned_by(const char* kind, const std::string& name) {
    return {{"metadata",
             {{"ownerReferences",
               {{{"kind", kind},
                 {"name", name},
                 {"uid", std::string(kind) + "-" + name},
                 {"controller", true}}}}}}};
}

inline base::Json containers(const std::string& image, Json env = Json::array()) {
    return {{"containers", {{{"name", "app"}, {"image", image}, {"env", std::move(env)}}}}};
}
struct Shop {
    Shop() {
        objects.push_back(object(
            "Deployment", "web",
            {{"spec",
              {{"template",
                {{"metadata", {{"labels", {{"app", "storefront"}}}}},
                 {"spec",
                  containers("shop/web:2",
                             {{{"name", "DB"},
                               {"value", "postgresql://u@orders-db.shop.svc:5432/x"}}})}}}}}}));
        Json set = object("ReplicaSet", "web-6b", owned_by("Deployment", "web"));
        objects.push_back(set);
        Json pod = object("Pod", "web-6b-x", owned_by("ReplicaSet", "web-6b"));
        pod["metadata"]["labels"] = {{"app", "storefront"}};
        pod["spec"] = {{"nodeName", "n1"}};
        objects.push_back(pod);
        objects.push_back(
            object("Service", "front", {{"spec", {{"selector", {{"app", "storefront"}}}}}}));
        Json db = object("Pod", "orders-0", owned_by("StatefulSet", "orders"));
        db["metadata"]["labels"] = {{"app", "db"}};
        objects.push_back(db);
        objects.push_back(
            object("Service", "orders-db", {{"spec", {{"selector", {{"app", "db"}}}}}}));
        objects.push_back(
            object("Service", "nothing", {{"spec", {{"selector", {{"app", "typo"}}}}}}));
        objects.push_back(
            object("Ingress", "site",
                   {{"spec",
                     {{"rules",
                       {{{"http",
                          {{"paths", {{{"backend", {{"service", {{"name", "front"}}}}}}}}}}}}}}}}));
    }
    std::vector<Json> objects;
};

}  // namespace insight::collectors::kubernetes
