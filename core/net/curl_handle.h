// What libcurl allocates, freed with its own functions.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace insight::net {

struct FreeCurlEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using CurlEasy = std::unique_ptr<CURL, FreeCurlEasy>;

struct FreeCurlList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;

}  // namespace insight::net
