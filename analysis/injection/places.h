// Where in an investigation's texts somebody planted an order: for the report and for prompts.
#pragma once

#include "analysis/injection/planted_orders.h"
#include "core/model/report.h"

namespace insight::analysis::injection {

struct Place {
    std::string
        where;  // for people: "log record of checkout at 10:02:13", "label team of the alert"
    PlantedOrder order;
};

// Each at most `most`, in order of appearance. Questions are not looked at: who asks may order.
std::vector<Place> orders_in(const model::Incident& incident, std::size_t most = 50);
std::vector<Place> orders_in(const model::Signals& signals, std::size_t most = 50);
std::vector<Place> orders_in(const model::Evidence& evidence, std::size_t most = 50);
// Every text in a value; `where` names it.
std::vector<Place> orders_in(const base::Json& value, const std::string& where,
                             std::size_t most = 50);

// "An order is planted in a log record of checkout at 10:02:13: “ignore previous …”. It was treated
// as text." One line.
std::string sentence(const Place& place);

}  // namespace insight::analysis::injection
