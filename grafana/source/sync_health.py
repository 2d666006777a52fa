"""Sync health: whether the mirror is fresh and complete, and why not."""
from dashboard import PARTNER, UTC_DAYS, dashboard, row
from panels import BLUE, EXACT, GREEN, GREY, IN_ORDER, ORANGE, RED, YELLOW, limits, series, stat, states, table

FRESH = f"FROM vobiz_bi.sync_freshness WHERE {PARTNER}"
CALENDAR = f"FROM vobiz_bi.completeness_calendar WHERE utc_day {UTC_DAYS} AND {PARTNER}"
RUNS = f"FROM vobiz_sync.runs WHERE $__timeFilter(started_at) AND {PARTNER}"
ALARM = limits(GREEN, (1, RED))
MEANINGS = [("proven", GREEN), ("open", BLUE), ("not read", GREY), ("mismatch", RED), ("forbidden", ORANGE),
            ("never read", "purple")]
PLACE = "max(array_position(ARRAY['proven', 'open', 'pending', 'mismatch', 'forbidden', 'unread'], state)) - 1"
STATES = {"ok": GREEN, "new": BLUE, "mismatch": RED, "failing": RED, "forbidden": ORANGE, "unauthorized": RED,
          "failed": RED, "cancelled": YELLOW, "stale": RED, "unavailable": GREY, "off": GREY}

made = dashboard(
    "vobiz-sync-health", "Sync health", "How fresh and how complete the mirror is, and what is in its way",
    "now-14d", ["partner"], [
        (4, stat("Streams in trouble", "Streams that fail, or that nobody has read for too long.", "short", f"""
SELECT count(*) FILTER (WHERE needs_attention) AS streams {FRESH}""", ALARM, nought=IN_ORDER),
         stat("Longest without success", "Of all streams, the longest time since a cycle that went well.", "s", f"""
SELECT max(since_success_seconds) AS seconds {FRESH}""",
              limits(GREEN, (6 * 3600, YELLOW), (26 * 3600, RED)), empty="never"),
         stat("Mismatches",
              "Windows (a UTC day of a stream and customer list) that differ from the provider's totals after three "
              "reads. They are tried again by themselves.", "short", f"""
SELECT coalesce(sum(mismatch_windows), 0) AS windows {FRESH}""", ALARM, nought=IN_ORDER),
         stat("Backfill left",
              "Windows that still wait to be read for the first time, or again on demand.", "short", f"""
SELECT coalesce(sum(queued_windows), 0) AS windows {FRESH}""", limits(GREEN, (1, YELLOW)), nought="none"),
         stat("Rejects", "Rows of the provider that could not be stored and are kept aside.", "short", f"""
SELECT coalesce(sum(open_rejects), 0) AS rows {FRESH}""", limits(GREEN, (1, ORANGE)), nought=IN_ORDER),
         stat("Missing rows",
              "Rows that the provider counts on the UTC days of the time range and the mirror does not have.", "short",
              f"""
SELECT coalesce(sum(greatest(missing_rows, 0)), 0) AS rows {CALENDAR}""", ALARM, nought=IN_ORDER)),
        row("Streams"),
        (10, table("Streams",
                   "Each stream of each partner. Synced through is the newest UTC day up to which every day is "
                   "proven.", f"""
SELECT partner_id AS partner, stream, state, since_success_seconds AS "since success",
  synced_through::text AS "synced through",
  proven_windows AS proven, windows, open_windows AS open, mismatch_windows AS mismatches, queued_windows AS waiting,
  open_rejects AS rejects, failures_in_a_row AS failures, next_due_at AS "due", last_error AS "last error"
{FRESH} ORDER BY partner_id, stream""", "no stream has been read yet: is vobiz-syncd running?",
                   units={"since success": "s", "due": "dateTimeAsIso"}, words={"state": STATES},
                   colours={"mismatches": ALARM, "failures": ALARM, "rejects": limits(GREEN, (1, ORANGE))}),),
        row("Completeness"),
        (8, states("Completeness calendar",
                   "Each UTC day of each stream: proven means that as many rows are stored as the provider "
                   "counts, and that their sums agree with its summary. The worst window of the day counts; "
                   "a day without one was never read.", f"""
SELECT (utc_day::timestamp AT TIME ZONE 'UTC') AS time, metric, value FROM (
  SELECT utc_day, partner_id || ' ' || stream AS metric, {PLACE} AS value {CALENDAR} GROUP BY 1, 2) d
ORDER BY 1, 2""", MEANINGS, "no day of this time range has been read"),),
        (10, table("Days that are not proven",
                   "UTC days in the time range that are not proven, and why. The day that is not over, and "
                   "one that has just ended, are open as a matter of course.", f"""
SELECT utc_day::text AS "UTC day", partner_id AS partner, stream, state, api_total_rows AS "provider counts",
  stored_rows AS stored, rejected_rows AS rejected, missing_rows AS missing, read_at AS "read at", last_error AS "why"
{CALENDAR} AND state <> 'proven' ORDER BY utc_day DESC, partner_id, stream LIMIT 500""", "every day is proven",
                   units={"read at": "dateTimeAsIso"}, colours={"missing": ALARM},
                   words={"state": {"open": BLUE, "pending": GREY, "mismatch": RED, "forbidden": ORANGE,
                                    "unread": "purple"}}),
         table("Rejects", "Rows that could not be stored, newest first; vobiz_sync.rejects has them in full.", f"""
SELECT id, partner_id AS partner, stream, window_day::text AS "UTC day", reason, times_seen AS seen,
  first_seen_at AS "first seen", last_seen_at AS "last seen"
FROM vobiz_sync.rejects WHERE resolved_at IS NULL AND {PARTNER} ORDER BY last_seen_at DESC, id DESC LIMIT 200""",
               "every row could be stored", units={"first seen": "dateTimeAsIso", "last seen": "dateTimeAsIso"})),
        row("Work"),
        (8, series("Requests", "Requests to the provider by hour and stream, of cycles that ended then.", "short", f"""
SELECT $__timeGroup(started_at, '1h') AS time, stream AS metric, sum(requests) AS value
{RUNS} GROUP BY 1, 2 ORDER BY 1, 2""", style="stacked bars", low=0, empty="no cycle in this time range"),
         series("Rows",
                "Rows that were new, changed or removed, by hour. Rows that were read again and had not changed are "
                "not here.",
                "short", f"""
SELECT $__timeGroup(started_at, '1h') AS time, sum(inserted) AS "new", sum(updated) AS changed, sum(removed) AS removed
{RUNS} GROUP BY 1 ORDER BY 1""", style="stacked bars", low=0, empty="no cycle in this time range"),
         series("Cycles by outcome", "How cycles ended, by hour.", "short", f"""
SELECT $__timeGroup(started_at, '1h') AS time, outcome AS metric, count(*) AS value
{RUNS} GROUP BY 1, 2 ORDER BY 1, 2""", style="stacked bars", low=0, empty="no cycle in this time range")),
        (9, table("Cycles that did not end well", "Newest first, with what was in the way.", f"""
SELECT started_at AS "started", partner_id AS partner, stream, command, outcome, requests, retries, error
{RUNS} AND outcome <> 'ok' ORDER BY started_at DESC LIMIT 100""", "every cycle of this time range went well",
                  units={"started": "dateTimeAsIso"}, words={"outcome": STATES}),
         table("Changes after the fact",
               "What the provider changed in rows that were already here, by day seen, stream and column. Money "
               "counts a new price once, although it changes cost and total_cost.", f"""
SELECT (seen_at AT TIME ZONE 'UTC')::date::text AS "UTC day seen", partner_id AS partner, stream,
  column_name AS "column",
  count(*) AS changes, coalesce(currency, '–') AS currency, sum(difference) AS difference,
  sum(difference) FILTER (WHERE vobiz.is_what_is_paid(stream, column_name)) AS money
FROM vobiz.adjustments WHERE $__timeFilter(seen_at) AND {PARTNER}
GROUP BY 1, 2, 3, 4, 6 ORDER BY 1 DESC, changes DESC, 2, 3, 4, 6 LIMIT 200""", "nothing was changed in this time range",
               units={"difference": EXACT, "money": EXACT}),
         table("Fields the mirror does not know",
               "New members in the provider's answers; their values are kept in the column extra.", f"""
SELECT partner_id AS partner, stream, field, first_seen_at AS "first seen"
FROM vobiz_sync.unknown_fields WHERE {PARTNER} ORDER BY first_seen_at DESC, stream, field LIMIT 200""",
               "no unknown field", units={"first seen": "dateTimeAsIso"})),
    ])
