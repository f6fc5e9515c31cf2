// Whether a text speaks of an entity: "cart" stands in "cart", in the pod "cart-7d9f8b4c5-x2k4p"
// and in "cart.shop.svc", but "cart-db", "my-cart" and "carts" are others.
#pragma once

#include <string_view>

namespace insight::agent::reasoning {

// Both in lower case. The last letters of a name that ends with an ellipsis are not known.
bool speaks_of(std::string_view text, std::string_view name);

}  // namespace insight::agent::reasoning
