// Courses as machines draw them, beside the textbook's of generated.h: none of these was looked at
// when the method was made first. A few kinds each, taking turns; the same number gives the same
// series on every machine.
#pragma once

#include <functional>

#include "bench/health/generated.h"

namespace insight::generated {

constexpr double kDay = 86400;

// `clean` (of seconds) with noise, and as its limit the highest it will have been `ahead` spans
// after its last point. The truth is when it gets there first: teeth do so with their ends.
inline Case sampled(Chance& chance, std::string kind, const std::function<double(double)>& clean,
                    Grid grid, double loud, double memory, double ahead) {
    Case out{std::move(kind), {}, -INFINITY, 0};
    const std::vector<double> error = noise(chance, grid.count, memory, false);
    for (std::size_t i = 0; i < grid.count; ++i) {
        const double at = grid.step() * static_cast<double>(i);
        out.points.push_back(point(at, clean(at) + loud * error[i]));
    }
    const double step = grid.span / 20000;
    for (double at = 0; at <= grid.span * (1 + ahead); at += step)
        out.limit = std::max(out.limit, clean(at));
    double at = grid.span;
    while (at <= grid.span * (2 + ahead) && clean(at) < out.limit) at += step;
    out.truth = at - grid.span;
    return out;
}

inline double saw(double turns) {
    return turns - std::floor(turns);
}

inline Grid grid_of_days(Chance& chance, double least, double most) {
    return {chance.scale(least, most) * kDay, static_cast<std::size_t>(chance.scale(150, 1500))};
}

constexpr int kGrowingShapes = 6;

inline Case growing_shape(std::uint64_t seed) {
    Chance chance(seed + 2'000'003);
    const double growth = chance.scale(1, 1e6);  // along the span
    const double base = growth * chance.between(1, 5);
    const double phase = chance.uniform();
    const double ahead = chance.scale(0.2, 3);
    switch (seed % kGrowingShapes) {
        case 0: {  // memory under a collector that leaks
            const Grid grid = grid_of_days(chance, 0.5, 7);
            const double teeth = chance.between(6, 40);
            const double height = growth * chance.between(0.2, 1.5);
            return sampled(
                chance, "leak under a saw",
                [=](double at) {
                    const double share = at / grid.span;
                    return base + growth * share + height * saw(share * teeth);
                },
                grid, growth * 0.02, 0, ahead);
        }
        case 1: {  // logs that are rotated once a day
            const Grid grid = grid_of_days(chance, 4, 10);
            const double height = growth * chance.between(0.1, 0.5);
            return sampled(
                chance, "daily rotation",
                [=](double at) {
                    return base + growth * at / grid.span + height * saw(at / kDay + phase);
                },
                grid, growth * 0.01, 0, ahead);
        }
        case 2: {  // a load every night
            const Grid grid = grid_of_days(chance, 2, 10);
            const double steps = std::floor(chance.between(5, 12));
            return sampled(
                chance, "stairs",
                [=](double at) {
                    return base + growth / steps * std::floor(at / grid.span * steps + phase);
                },
                grid, growth * 0.005, 0, ahead);
        }
        case 3: {  // a deploy that leaks
            const Grid grid = grid_of_days(chance, 1, 3);
            const double begin = chance.between(0.3, 0.7);
            return sampled(
                chance, "began lately",
                [=](double at) { return base + growth * std::max(0.0, at / grid.span - begin); },
                grid, growth * 0.02, 0.3, std::min(ahead, 2.0));
        }
        case 4: {  // a backlog that feeds itself
            const Grid grid = grid_of_days(chance, 0.5, 7);
            const double rate = chance.between(0.3, 1.5);
            return sampled(
                chance, "runs away",
                [=](double at) { return growth * std::exp(rate * at / grid.span); }, grid,
                growth * chance.between(0.01, 0.05), 0.3, std::min(ahead, 1.0));
        }
        default: {  // few and whole numbers
            const Grid grid{chance.scale(2, 48) * 3600,
                            static_cast<std::size_t>(chance.between(12, 30))};
            return sampled(
                chance, "short history", [=](double at) { return base + growth * at / grid.span; },
                grid, growth * chance.between(0.01, 0.1), 0, ahead);
        }
    }
}

// Nothing grows, so the limit lies above all that was seen and is never met.
inline Case with_limit(Case one) {
    double low = INFINITY;
    double high = -INFINITY;
    for (const model::Point& each : one.points) {
        low = std::min(low, each.value);
        high = std::max(high, each.value);
    }
    one.limit = high + 2 * (high - low);
    one.truth = 0;
    return one;
}

constexpr int kQuietShapes = 6;

inline Case quiet_shape(std::uint64_t seed) {
    Chance chance(seed + 3'000'017);
    const double unit = chance.scale(1, 1e6);
    const Grid grid = grid_of_days(chance, 0.5, 3);
    const double when = chance.between(0.2, 0.7);
    const double rate = chance.between(2.5, 15);
    switch (seed % kQuietShapes) {
        case 0:  // a cache that warms up
            return with_limit(sampled(
                chance, "settles",
                [=](double at) { return unit * (2 - std::exp(-rate * at / grid.span)); }, grid,
                unit * 0.02, 0.3, 0));
        case 1:  // a cache that is full
            return with_limit(sampled(
                chance, "fills and stays",
                [=](double at) { return unit * (1 + std::min(1.0, at / grid.span / when)); }, grid,
                unit * 0.01, 0.3, 0));
        case 2: {  // nobody's growth
            Case out{"random walk", {}, 0, 0};
            double value = 100;
            for (std::size_t i = 0; i < grid.count; ++i) {
                value += chance.normal();
                out.points.push_back(point(grid.step() * static_cast<double>(i), value));
            }
            return with_limit(std::move(out));
        }
        case 3: {  // load that moves from one level to another
            Case out{"levels", {}, 0, 0};
            double level = 10;
            for (std::size_t i = 0; i < grid.count; ++i) {
                if (chance.uniform() * static_cast<double>(grid.count) < 8)
                    level = chance.between(5, 20);
                out.points.push_back(
                    point(grid.step() * static_cast<double>(i), level + 0.3 * chance.normal()));
            }
            return with_limit(std::move(out));
        }
        case 4: {  // working days and weekends
            const Grid weeks{chance.between(3, 20) * kDay, grid.count};
            const double monday = chance.between(0, 7);
            return with_limit(sampled(
                chance, "weeks",
                [=](double at) {
                    const bool works = 7 * saw((at / kDay + monday) / 7) < 5;
                    return unit * (works ? 1 : 0.4) *
                           (1 + 0.5 * std::sin(2 * std::numbers::pi * at / kDay));
                },
                weeks, unit * 0.05, 0.3, 0));
        }
        default: {  // bursts
            Case out{"bursts", {}, 0, 0};
            double state = 0;
            for (std::size_t i = 0; i < grid.count; ++i) {
                state = 0.9 * state + 0.43 * chance.normal();
                out.points.push_back(
                    point(grid.step() * static_cast<double>(i), std::exp(1.2 * state)));
            }
            return with_limit(std::move(out));
        }
    }
}

}  // namespace insight::generated
