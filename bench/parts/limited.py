"""A server that limits requests per second and answers 429 above: the share of the limit that is used, and the share of
requests that is refused, in the second half of the time, when the pace has settled."""
import harness as h

RATE = 20


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    days = days[-1:]
    with h.serving(folder / "pages", rate=RATE) as server:
        config = h.configuration(h.new_database("bench_limited"), server.port, max_in_flight=8)
        took, text = h.backfill(config, days)
        assert h.proven("bench_limited") == len(days), text
        asked = [r for r in server.requests() if "/cdrs" in r[2]]
    h.drop("bench_limited")
    begun, ended = asked[0][0], asked[-1][0]
    half = [r for r in asked if r[0] >= (begun + ended) / 2]
    served = sum(s == 200 for _, s, _ in half) / (ended - (begun + ended) / 2)
    refused = sum(s == 429 for _, s, _ in half) / len(half)
    result = {**took, "allowed_a_second": RATE, "requests": len(asked), "refused": sum(s == 429 for _, s, _ in asked),
              "settled_share_used": round(served / RATE, 3), "settled_share_refused": round(refused, 4)}
    h.say(f"{result['settled_share_used']} of the rate used, {result['settled_share_refused']} refused, once settled")
    return result
