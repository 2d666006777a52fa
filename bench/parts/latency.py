"""A server 50 ms away: rows a second, and the share of what the allowed requests in flight make possible."""
import harness as h

MILLISECONDS = 50
PER_PAGE = 100


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    result = {"rows": rows, "latency_ms": MILLISECONDS, "runs": []}
    with h.serving(folder / "pages") as server:
        proxy = h.Delay(server.port, MILLISECONDS)
        for in_flight in (4, 8):
            config = h.configuration(h.new_database("bench_latency"), proxy.port, max_in_flight=in_flight)
            took, text = h.backfill(config, days)
            assert h.stored("bench_latency") == rows and h.proven("bench_latency") == size.days, text
            most = in_flight * PER_PAGE * 1000 / MILLISECONDS
            took |= {"in_flight": in_flight, "rows_a_second": round(rows / took["seconds"]),
                     "bound_rows_a_second": round(most)}
            took["share"] = round(took["rows_a_second"] / most, 3)
            h.say(f"{in_flight} in flight: {took['rows_a_second']} of {most:.0f} rows/s, {took['share']}")
            result["runs"].append(took)
            h.drop("bench_latency")
    return result
