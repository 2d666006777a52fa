"""Partners with 1 000 and 5 000 customers, by global lists and customer by customer: how soon a new charged call is
stored, what quiet costs, what a closed day costs, and polls beside a backfill of a year. All of them run at once: each
is bound by its own 5 requests/s, not by the processors. A run takes a quarter of an hour, and as long as it takes to
read the days so far."""
import collections
import concurrent.futures
import math
import os
import time

import harness as h
import simulated

SIZES = [int(n) for n in os.environ.get("VOBIZ_BENCH_CUSTOMERS", "1000,5000").split(",")]
MODES = {"global lists": 2, "customer by customer": 3}
LATENCY = 50
RATE, IN_FLIGHT = 5, 4
ACTIVE_PERCENT = 2
CLOSED_DAYS = 9  # yesterday may still be open; seven proven ones make a witness of the dashboard
YEAR = 365
CALLS_A_DAY = 300  # of history, so that a year of it fits into memory

# Seconds. A call of ARRIVALS may be stored until the end of GRACE. Customers are active in every minute: arrivals last
# several times as long as the longest pause between two polls, so that the first one counts for little.
PRIME, SETTLE, ARRIVALS, GRACE = 1200, 10, 240, 150
DRAIN, QUIET, VOUCH = 150, 60, 120
BACKFILL_ARRIVALS, BACKFILL_GRACE = 30, 75
ROUND = {"customers": 1000, "latency_ms": 200, "in_flight": 8, "seconds_at_most": 60}


class World:
    """A partner, its mirror and the service between them."""

    def __init__(self, customers, mode):
        self.customers, self.mode = customers, mode
        self.name = f"customers_{customers}_{MODES[mode]}"
        self.simulator = simulated.Simulator(self.name, customers, MODES[mode], YEAR, CALLS_A_DAY)
        self.http_port = h.free_port()
        self.service, self.shown, self.waiting = None, {}, 0
        self.result = {"customers": customers, "mode": mode}

    def config(self, rate=RATE, in_flight=IN_FLIGHT, **more):
        return simulated.configuration(self.name, self.simulator, CLOSED_DAYS, rate, in_flight, self.http_port, **more)

    def prime(self):
        """Reads the days so far without any limit, twice, as a mirror that has run for a while."""
        command = [h.DAEMON, "-c", self.config(10000, 16), "sync"]
        took, ended = simulated.bounded(command, PRIME, self.name)
        again, ended_again = simulated.bounded(command, PRIME, self.name)
        took, ended = round(took + again, 2), ended and ended_again
        unproven = int(h.psql("SELECT count(*) FROM vobiz_sync.windows WHERE state <> 'proven' AND day < "
                              f"'{simulated.day(1)}'", self.name))
        self.result["primed"] = {"seconds": took, "ended": ended, "windows_not_proven": unproven}
        self.simulator.set_latency(LATENCY)

    def start(self, **more):
        self.service = simulated.Service(self.name, self.config(**more), self.http_port)

    def begin_live(self):
        self.simulator.live(ACTIVE_PERCENT)

    def begin_arrivals(self):
        self.simulator.forget_requests()
        self.calls_before, self.from_time = self.simulator.calls(), self.simulator.now()
        self.clock_ahead = time.time() - self.from_time  # of the real clock, as the world took time to make
        self.began, self.facts = time.monotonic(), self.service.facts()

    def end_arrivals(self):
        self.to_time = self.simulator.now()
        self.arrived = self.simulator.calls() - self.calls_before

    def latencies(self):
        """Seconds from the end of a call to its row; a call that is not stored yet counts as later than all others."""
        rows = h.psql("SELECT extract(epoch FROM first_seen_at - created_at) FROM vobiz.cdrs WHERE created_at > "
                      f"to_timestamp({self.from_time}) AND created_at <= to_timestamp({self.to_time}) ORDER BY 1",
                      self.name).split()
        return [round(float(r) - self.clock_ahead, 1) for r in rows]

    def figures(self, grace):
        found = self.latencies()
        took, facts = time.monotonic() - self.began, self.service.facts()
        asked = self.simulator.requests()

        def percentile(share):
            at = math.ceil(share * self.arrived) - 1
            return found[at] if 0 <= at < len(found) else None

        return {"calls": self.arrived, "stored": len(found), "p50_seconds": percentile(0.5),
                "p95_seconds": percentile(0.95), "slowest_seconds": found[-1] if found else None,
                "grace_seconds": grace, "observed_seconds": round(took),
                "requests_a_minute": round(asked["total"] * 60 / took, 1),
                "cpu_percent": round(100 * (facts["cpu_seconds"] - self.facts["cpu_seconds"]) / took, 2),
                "peak_mib": facts["peak_mib"]}

    def begin_quiet(self):
        self.simulator.forget_requests()
        self.began = time.monotonic()

    def end_quiet(self):
        asked, took = self.simulator.requests(), time.monotonic() - self.began
        by_days = dict(collections.Counter(asked["by_days"]).most_common(20))
        self.result["quiet"] = {"requests_a_minute": round(asked["total"] * 60 / took, 1), "by_path": asked["by_path"],
                                "by_days": by_days}

    def vouch(self):
        """The requests of a cycle that prove a closed day again, as if two days had passed since the last look."""
        self.simulator.set_latency(0)
        of_day = simulated.day(CLOSED_DAYS // 2)
        h.psql("UPDATE vobiz_sync.windows SET read_at = read_at - interval '2 days', walked_at = now() WHERE stream = "
               f"'cdrs' AND state = 'proven' AND day < '{simulated.day(1)}'", self.name)
        config = self.config(10000, 16)
        h.measured([h.DAEMON, "-c", config, "sync", "dashboard"], check=False)
        self.simulator.forget_requests()
        took, ended = simulated.bounded([h.DAEMON, "-c", config, "sync", "cdrs"], VOUCH, self.name)
        asked = self.simulator.requests()
        by_days = collections.Counter()
        for key, count in asked["by_days"].items():
            path, days = key.split(" ")
            if path.endswith("/cdrs"):
                by_days[days] += count
        own = by_days[of_day]
        witness = 1 + asked["by_path"].get("/dashboard", 0)
        # The dashboard is a witness only if nobody asked for the day itself. A cycle that did not end counts as worse.
        self.result["closed_day"] = {"day": of_day, "own_requests": own, "dashboard_requests": witness,
                                     "requests": (own or witness) if ended else None, "ended": ended, "seconds": took,
                                     "cycle_requests": asked["total"], "by_days": by_days}
        self.simulator.set_latency(LATENCY)

    def begin_backfill(self):
        self.start(backfill_days=YEAR)

    def watch_backfill(self):
        """The queue as it is shown while it is worked on."""
        told = [s for s in self.service.status().get("streams", []) if s.get("stream") == "cdrs"]
        self.shown = {k: v for s in told for k, v in s.items() if "backfill" in k or "eta" in k.split("_")}
        self.waiting = max(self.waiting, self.windows("state = 'pending' OR queued_at IS NOT NULL"))

    def windows(self, condition):
        return int(h.psql(f"SELECT count(*) FROM vobiz_sync.windows WHERE stream = 'cdrs' AND ({condition})",
                          self.name))

    def end_backfill(self):
        proven = f"state = 'proven' AND day < '{simulated.day(CLOSED_DAYS)}'"
        self.result["backfill"] = {**self.figures(BACKFILL_GRACE), "shown": self.shown,
                                   "windows_waiting_at_most": self.waiting, "windows_proven": self.windows(proven)}

    def close(self):
        if self.service:
            self.service.stop()
        self.service = None

    def end(self):
        self.simulator.stop()
        h.drop(self.name)


def full_round():
    """Every customer asked once, where neither the rate nor the database limits."""
    customers, in_flight, latency = ROUND["customers"], ROUND["in_flight"], ROUND["latency_ms"]
    name = "customers_round"
    simulator = simulated.Simulator(name, customers, 3, 1, CALLS_A_DAY).wait()
    try:
        h.new_database(name)
        config = simulated.configuration(name, simulator, 0, 10000, in_flight, scope="per_account")
        h.measured([h.DAEMON, "-c", config, "sync", "accounts"])
        simulator.set_latency(latency)
        simulator.forget_requests()
        took, ended = simulated.bounded([h.DAEMON, "-c", config, "sync", "cdrs"], ROUND["seconds_at_most"], name)
        asked = simulator.requests()
    finally:
        simulator.stop()
    h.drop(name)
    bound = customers * latency / 1000 / in_flight
    return {**ROUND, "seconds": took, "ended": ended, "customers_asked": asked["customers"],
            "requests": asked["total"], "most_in_flight": asked["most_in_flight"], "bound_seconds": bound,
            "ratio": round(took / bound, 2)}


def wait(seconds):
    time.sleep(seconds)


def all_of(worlds, step, workers=2):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(step, world) for world in worlds]:
            done.result()


def away_from_midnight(seconds):
    """A new day opens a window for each customer, which is another measurement."""
    left = 86400 - time.time() % 86400
    if left < seconds:
        h.say(f"waiting {round(left) + 60} s for the next UTC day")
        wait(left + 60)


def steady(worlds):
    all_of(worlds, World.start)
    all_of(worlds, World.begin_live)
    wait(SETTLE)
    all_of(worlds, World.begin_arrivals)
    wait(ARRIVALS)
    all_of(worlds, World.end_arrivals)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        once = pool.submit(full_round)  # it waits for its own server, as the others do for theirs
        wait(GRACE)
    for world in worlds:
        world.result["live"] = world.figures(GRACE)
        world.simulator.live(0)
    wait(DRAIN)
    all_of(worlds, World.begin_quiet)
    wait(QUIET)
    all_of(worlds, World.end_quiet)
    all_of(worlds, World.close)
    return once.result()


def backfill(worlds):
    all_of(worlds, World.begin_backfill)
    all_of(worlds, World.begin_live)
    wait(SETTLE)
    all_of(worlds, World.watch_backfill)
    all_of(worlds, World.begin_arrivals)
    wait(BACKFILL_ARRIVALS)
    all_of(worlds, World.end_arrivals)
    wait(BACKFILL_GRACE)
    all_of(worlds, World.watch_backfill)
    all_of(worlds, World.end_backfill)
    all_of(worlds, World.close)


def report(world):
    live, more, day = world.result["live"], world.result["backfill"], world.result["closed_day"]
    h.say(f"{world.customers} customers, {world.mode}: new call p50 {live['p50_seconds']} s, p95 "
          f"{live['p95_seconds']} s ({live['stored']} of {live['calls']}); "
          f"{world.result['quiet']['requests_a_minute']} requests/min quiet; "
          f"{day['requests']} for a closed day of {day['cycle_requests']}; {live['peak_mib']} MiB, "
          f"{live['cpu_percent']} %; beside a backfill p50 {more['p50_seconds']} s, p95 {more['p95_seconds']} s")


def run(size):
    away_from_midnight(35 * 60)
    began = time.monotonic()
    worlds = [World(customers, mode) for customers in SIZES for mode in MODES]
    try:
        for world in worlds:
            h.new_database(world.name)
            world.simulator.wait()
        # Those that take longest begin; what is not read within PRIME is left to the service.
        all_of(sorted(worlds, key=lambda w: (-MODES[w.mode], -w.customers)), World.prime, len(worlds))
        h.say("primed: " + ", ".join(f"{w.name} {w.result['primed']}" for w in worlds))
        once = steady(worlds)
        all_of(worlds, World.vouch)
        backfill(worlds)
        for world in worlds:
            report(world)
        h.say(f"a full round of {once['customers']}: {once['seconds']} s, {once['ratio']} of the bound")
    finally:
        for world in worlds:
            world.close()
            world.end()
    return {"latency_ms": LATENCY, "requests_per_second": RATE, "in_flight": IN_FLIGHT,
            "active_percent": ACTIVE_PERCENT, "arrivals_seconds": ARRIVALS,
            "seconds": round(time.monotonic() - began), "worlds": [w.result for w in worlds], "round": once}
