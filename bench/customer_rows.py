"""What the part `customers` measured, as rows of the table of targets and as a table of its own."""

TARGETS = {1000: {"p50": 30, "p95": 75, "quiet": 15, "mib": 64, "cpu": 3},
           5000: {"p50": 60, "p95": 150, "quiet": 60, "mib": 96, "cpu": 5}}
CLOSED_DAY = 2
ROUND_RATIO = 1.2
UNHARMED = "beside a backfill"


def delay(of):
    """p50 and p95. A call that was not stored counts as later than the time for which each call was observed."""
    values = (of["p50_seconds"], of["p95_seconds"])
    return " / ".join(f"more than {of['grace_seconds']} s" if v is None else f"{v} s" for v in values)


def closed_day(of, n):
    if of["requests"] is None:
        return f"not vouched for after {n(of['cycle_requests'])} requests of the cycle"
    return n(of["requests"])


def within(value, limit):
    return value is not None and value <= limit


def targets(figures, table, n):
    """Adds a row for each target of each size; a row has the figures of both modes."""
    for customers, most in TARGETS.items():
        worlds = [w for w in figures["worlds"] if w["customers"] == customers]
        if not worlds:
            continue

        def row(what, target, text, met, worlds=worlds, customers=customers):
            table.add(f"{n(customers)} customers: {what}", target,
                      "; ".join(f"{w['mode']} {text(w)}" for w in worlds), all(met(w) for w in worlds))

        def judged(of, most=most):
            """A percentile can be judged if each call was observed for as long as its target."""
            return [p for p in ("p50", "p95") if most[p] <= of["grace_seconds"]]

        def soon(of, most=most):
            return all(within(of[f"{p}_seconds"], most[p]) for p in judged(of))

        def limit(kind, worlds=worlds, most=most):
            return "at most " + " / ".join(f"{most[p]} s" for p in judged(worlds[0][kind]))

        row("a new charged call is stored, p50 / p95", limit("live"),
            lambda w: delay(w["live"]), lambda w: soon(w["live"]))
        row("requests a minute with nothing new", f"at most {most['quiet']}",
            lambda w: w["quiet"]["requests_a_minute"],
            lambda w, most=most: w["quiet"]["requests_a_minute"] <= most["quiet"])
        row("a closed day is vouched for", f"at most {CLOSED_DAY} requests",
            lambda w: closed_day(w["closed_day"], n), lambda w: within(w["closed_day"]["requests"], CLOSED_DAY))
        row("memory, processor", f"at most {most['mib']} MiB, {most['cpu']} %",
            lambda w: f"{w['live']['peak_mib']} MiB, {w['live']['cpu_percent']} %",
            lambda w, most=most: w["live"]["peak_mib"] <= most["mib"] and w["live"]["cpu_percent"] <= most["cpu"])
        row(f"a new charged call {UNHARMED} of 365 days, p50 / p95", limit("backfill"),
            lambda w: delay(w["backfill"]), lambda w: soon(w["backfill"]))
    once = figures["round"]
    table.add(f"a full round of {n(once['customers'])} customers, {once['latency_ms']} ms latency, "
              f"{once['in_flight']} in flight", f"at most {ROUND_RATIO} times {once['bound_seconds']} s",
              ("" if once["ended"] else "more than ") +
              f"{once['ratio']} times: {once['seconds']} s, {n(once['customers_asked'])} customers asked",
              once["ended"] and once["customers_asked"] == once["customers"] and once["ratio"] <= ROUND_RATIO)


def section(figures, n):
    """What the table of targets does not say of both modes."""
    lines = ["## Many customers", "",
             f"A simulator {figures['latency_ms']} ms away, {figures['requests_per_second']} requests/s, "
             f"{figures['in_flight']} in flight, {figures['active_percent']} % of the customers end a charged call in "
             "each minute. Numbers are off. A call that was not stored in the end counts as later than all others.", "",
             f"| customers | lists | new calls stored | {UNHARMED} | its queue, and what status shows |",
             "|---|---|---|---|---|"]
    for w in figures["worlds"]:
        live, more = w["live"], w["backfill"]
        shown = ", ".join(f"{k} {v}" for k, v in more["shown"].items() if v is not None)
        lines.append(
            f"| {n(w['customers'])} | {w['mode']} | {live['stored']} of {live['calls']} | "
            f"{more['stored']} of {more['calls']} | "
            f"at most {n(more['windows_waiting_at_most'])} windows; {shown or 'nothing'} |")
    return [*lines, ""]
