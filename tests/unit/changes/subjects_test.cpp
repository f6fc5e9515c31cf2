#include "analysis/changes/subjects.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/changes/read.h"
#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

std::vector<Touch> touches(const std::string& diff) {
    const model::Change change = test::change("commit", 1, "", "r1", diff);
    return read_of(change).touches;
}

// How readily the effect follows from anything the diff touches.
double likely(const std::vector<Touch>& found, Effect effect) {
    double most = 0;
    for (const Touch& touch : found)
        for (const Brings& brings : touch.subject->brings)
            if (brings.effect == effect)
                most = std::max(most, brings.likely * touch.strength * touch.subject->risk);
    return most;
}

struct Harmful {
    const char* diff;
    Effect effect;
};

TEST(Subjects, a_harmful_diff_foretells_its_harm) {
    for (const Harmful& c : {
             // numbers
             Harmful{"-maximumPoolSize: 60\n+maximumPoolSize: 6", Effect::PoolWait},
             Harmful{"-  max_connections = 200\n+  max_connections = 20", Effect::PoolWait},
             Harmful{"-client.setReadTimeout(5000);\n+client.setReadTimeout(50);", Effect::Timeout},
             Harmful{"-  replicas: 8\n+  replicas: 1", Effect::Replicas},
             Harmful{"-  limits:\n-    memory: 2Gi\n+  limits:\n+    memory: 128Mi",
                     Effect::Memory},
             Harmful{"-    cpu: \"2\"\n+    cpu: 100m", Effect::Cpu},
             Harmful{"-  maxRetries: 2\n+  maxRetries: 25", Effect::Throttle},
             Harmful{"-CACHE_TTL_SECONDS=3600\n+CACHE_TTL_SECONDS=5", Effect::CacheMiss},
             Harmful{"-\tpollInterval := 5 * time.Minute\n+\tpollInterval := time.Second * 1",
                     Effect::Cpu},
             Harmful{"-    requests_per_second: 500\n+    requests_per_second: 50",
                     Effect::Throttle},
             Harmful{"-  concurrency: 32\n+  concurrency: 2", Effect::Backlog},
             // what was taken away
             Harmful{"-  synchronized (this) {\n     total += n;\n-  }", Effect::Race},
             Harmful{"-    with self._lock:\n-        self.seats[k] = v\n+    self.seats[k] = v",
                     Effect::Race},
             Harmful{"-  if (parcel == null) { return EMPTY; }\n   return parcel.size();",
                     Effect::NullAccess},
             Harmful{"-    if booking is None:\n-        return 0\n     return booking.price",
                     Effect::NullAccess},
             Harmful{"-  return order?.customer?.name ?? 'n/a'\n+  return order.customer.name",
                     Effect::NullAccess},
             Harmful{" rows, err := db.Query(q)\n-defer rows.Close()", Effect::Descriptors},
             Harmful{"-    try (Connection c = pool.getConnection()) {\n+    Connection c = "
                     "pool.getConnection();",
                     Effect::PoolWait},
             Harmful{"-  sessions.delete(id)\n   audit(id)", Effect::Memory},
             Harmful{"-@Cacheable(\"fares\")\n public Fare fare(String id) {", Effect::CacheMiss},
             Harmful{"-  const page = await repo.list({ limit: 50, offset });\n"
                     "+  const page = await repo.list({});",
                     Effect::DatabaseLoad},
             Harmful{"-  await sleep(backoff(attempt));\n   continue;", Effect::Traffic},
             Harmful{"-    Booking.objects.select_related('guest').all()\n"
                     "+    Booking.objects.all()",
                     Effect::FanOut},
             // what was put in
             Harmful{"+DROP INDEX idx_seats_flight;", Effect::DatabaseLoad},
             Harmful{"+ALTER TABLE seats ADD COLUMN note text NOT NULL DEFAULT '';",
                     Effect::LockWait},
             Harmful{"+ALTER TABLE seats DROP COLUMN row_no;", Effect::Schema},
             Harmful{"+  for seat in seats:\n+      guest = repo.fetch_guest(seat.guest_id)\n",
                     Effect::FanOut},
             Harmful{" for (const s of seats) {\n+  const g = await api.getGuest(s.guestId);\n }",
                     Effect::FanOut},
             Harmful{"+  time.sleep(2)", Effect::Workers},
             Harmful{"+  const re = new RegExp('^(a+)+$')", Effect::Cpu},
             Harmful{"+    mu.Lock()\n+    defer mu.Unlock()\n     return slow()",
                     Effect::LockWait},
             // what was exchanged
             Harmful{"-  Seat string `json:\"seat_no\"`\n+  Seat string `json:\"seatNumber\"`",
                     Effect::Serialization},
             Harmful{"-  host = os.environ[\"FARE_HOST\"]\n+  host = os.environ[\"FARES_HOST\"]",
                     Effect::Misconfigured},
             Harmful{"-fares_url: http://fares.inner:8080\n+fares_url: http://fare.inner:8080",
                     Effect::Unreachable},
             Harmful{"-  containerPort: 8080\n+  containerPort: 9090", Effect::Unreachable},
             Harmful{"-  caBundle: /etc/ssl/old.pem\n+  caBundle: /etc/ssl/new.pem",
                     Effect::Certificate},
             Harmful{"-  issuer: https://id.example\n+  issuer: https://login.example",
                     Effect::Denied},
             Harmful{"-logLevel: info\n+logLevel: debug", Effect::Disk},
             Harmful{"-SELECT id FROM seats WHERE flight = $1\n"
                     "+SELECT id FROM seats WHERE lower(flight) = $1",
                     Effect::DatabaseLoad},
         })
        EXPECT_GE(likely(touches(c.diff), c.effect), 0.25)
            << c.diff << "\n-> " << text_of(c.effect).name;
}

TEST(Subjects, a_harmless_diff_touches_nothing_risky) {
    for (const char* diff : {
             "-    return helper(x)\n+    return other_helper(x)",
             "+// a note about the mutex.lock() below",
             "@@ docs/pool.md @@\n-max pool size: 50\n+max pool size: 5",
             "@@ src/pool_test.go @@\n-pool.Max = 50\n+pool.Max = 5",
             "-  if err != nil { return nil, err }\n-  return v, nil\n+  return v, err",
             "-\tmu.Lock()\n+\tmu.Lock()  ",
             "-.badge { padding: 8px }\n+.badge { padding: 9px }",
         })
        for (const Touch& touch : touches(diff))
            EXPECT_LT(touch.subject->risk * touch.strength, 0.55)
                << diff << "\n-> " << touch.subject->name;
}

TEST(Subjects, the_direction_of_a_number_decides) {
    EXPECT_GE(likely(touches("-pool_size: 50\n+pool_size: 5"), Effect::PoolWait), 0.8);
    EXPECT_EQ(likely(touches("-pool_size: 5\n+pool_size: 50"), Effect::PoolWait), 0);
    EXPECT_GE(likely(touches("-max_size: 50\n+max_size: 5"), Effect::PoolWait), 0.8);
    EXPECT_EQ(likely(touches("-max_wal_size: 512MB\n+max_wal_size: 32MB"), Effect::PoolWait), 0)
        << "a size of something else";
    EXPECT_GE(likely(touches("-timeout: 60s\n+timeout: 1s"), Effect::Timeout), 0.7);
    EXPECT_EQ(likely(touches("-timeout: 1s\n+timeout: 60s"), Effect::Timeout), 0);
    EXPECT_GT(likely(touches("-timeout: 1s\n+timeout: 60s"), Effect::Workers), 0.3)
        << "what waits longer holds on longer";
}

TEST(Subjects, a_small_turn_counts_less_than_a_large_one) {
    EXPECT_LT(likely(touches("-pool_size: 50\n+pool_size: 45"), Effect::PoolWait),
              likely(touches("-pool_size: 50\n+pool_size: 5"), Effect::PoolWait) / 3);
}

TEST(Subjects, a_protection_that_only_moved_is_still_there) {
    const auto found = touches(
        "-func a() {\n-\tmu.Lock()\n-\twork()\n-\tmu.Unlock()\n-}\n"
        "+func b() {\n+\tmu.Lock()\n+\twork()\n+\tmu.Unlock()\n+}\n");
    EXPECT_EQ(likely(found, Effect::Race), 0);
}

TEST(Subjects, a_loop_that_called_before_is_no_new_fan_out) {
    const auto found = touches(
        " for _, id := range ids {\n-\tv, err := c.GetSeat(ctx, id)\n"
        "+\tseat, err := c.GetSeat(ctx, id)\n }");
    EXPECT_LT(likely(found, Effect::FanOut), 0.5);
}

TEST(Subjects, every_row_is_complete) {
    for (const Subject& subject : subjects()) {
        EXPECT_FALSE(subject.brings.empty()) << subject.name;
        EXPECT_GT(subject.risk, 0) << subject.name;
        EXPECT_LE(subject.risk, 1) << subject.name;
        for (const Brings& brings : subject.brings) {
            EXPECT_GT(brings.likely, 0) << subject.name;
            EXPECT_LE(brings.likely, 1) << subject.name;
        }
    }
}

}  // namespace
}  // namespace insight::analysis::changes
