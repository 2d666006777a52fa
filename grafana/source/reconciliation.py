"""Reconciliation: whether calls, charges and wallets agree, and where they do not."""
from dashboard import ACCOUNT, DAYS, PARTNER, dashboard, row, to_customer
from panels import BLUE, EXACT, GREEN, GREY, IN_ORDER, MONEY, RED, YELLOW, limits, series, stat, states, table

RESULTS = f"FROM vobiz_bi.reconciliation_summary WHERE billing_day {DAYS} AND {PARTNER}"
BREAKS = f"FROM vobiz_bi.open_breaks WHERE billing_day {DAYS} AND {PARTNER} AND {ACCOUNT}"
# What waits for its time, or for what the API does not offer, is no fault.
MEANINGS = [("ok", GREEN), ("not due yet", "light-green"), ("not offered by the API", GREY), ("inconclusive", BLUE),
            ("not run", YELLOW), ("break", RED)]
STATES = ["ok", "not_due", "not_offered", "inconclusive", "not_run", "break"]
WORDS = {state: colour for state, (_, colour) in zip(STATES, MEANINGS, strict=True)}
PLACE = f"max(array_position(ARRAY{STATES}, state)) - 1"
FINE = "('ok', 'not_due', 'not_offered')"
NOT_CHECKED = "nothing was checked in this time range: see vobiz-syncd reconcile"

made = dashboard(
    "vobiz-reconciliation", "Reconciliation",
    "Whether calls, the ledger, wallets, numbers and the provider's own totals agree, by billing day; "
    "docs/reconciliation.md explains the checks", "now-35d", ["partner", "account"], [
        (4, stat("Open breaks",
                 "Breaks on the billing days of the time range that have neither healed nor been accepted.", "short",
                 f"""
SELECT count(*) AS breaks {BREAKS}""", limits(GREEN, (1, RED)), nought=IN_ORDER) | {"wide": 5},
         stat("Days with a break", "Billing days on which at least one check found a break.", "short", f"""
SELECT count(DISTINCT billing_day) FILTER (WHERE state = 'break') AS days {RESULTS}""", limits(GREEN, (1, RED)),
              nought=IN_ORDER) | {"wide": 5},
         stat("Days all in order",
              "Of the billing days that were checked, those on which every check was ok that was due.", "percent", f"""
SELECT round(100.0 * count(*) FILTER (WHERE fine) / nullif(count(*), 0), 1) AS days FROM (
  SELECT billing_day, bool_and(state IN {FINE}) AS fine {RESULTS} GROUP BY partner_id, billing_day) d""",
              limits(RED, (90, YELLOW), (100, GREEN)), decimals=1, empty="nothing was checked") | {"wide": 5},
         stat("Checks not judged",
              "Checks of a day that should have been judged and were not: an input is not proven, or was not read. "
              "What waits for its time, or for what the API does not offer, is not counted.", "short", f"""
SELECT count(*) FILTER (WHERE state IN ('not_run', 'inconclusive')) AS checks {RESULTS}""", limits(GREEN, (1, YELLOW)),
              nought=IN_ORDER) | {"wide": 5},
         stat("Since the last run",
              "How long ago the books were last checked to the end. Nightly is the rule.", "s", f"""
SELECT round(extract(epoch FROM now() - max(finished_at))) AS seconds FROM vobiz.reconciliation_runs WHERE {PARTNER}""",
              limits(GREEN, (30 * 3600, YELLOW), (54 * 3600, RED)), empty="never")),
        row("Checks by billing day"),
        (13, states("Checks",
                    "The latest result of each check for each billing day: the worst of all partners and currencies "
                    "chosen. "
                    "Not run means that the inputs are not complete, never that all is well; not due, that the day is "
                    "judged later.", f"""
SELECT vobiz.billing_day_start(billing_day) AS time, metric, value FROM (
  SELECT billing_day, check_name AS metric, {PLACE} AS value {RESULTS} GROUP BY billing_day, check_name) d
ORDER BY 1, 2""", MEANINGS, NOT_CHECKED),),
        (11, table("Breaks by check",
                   "Open breaks on the days of the time range by check and kind. Amounts stand by currency.", f"""
SELECT check_name AS "check", kind, currency, count(*) AS breaks, count(DISTINCT account_id) AS customers,
  sum(amount) AS amount, min(billing_day)::text AS "first day", max(billing_day)::text AS "last day"
{BREAKS} GROUP BY check_name, kind, currency ORDER BY breaks DESC, check_name, kind, currency""", "no open break",
                   units={"amount": EXACT, "breaks": "short"}) | {"wide": 14},
         table("Money in open breaks by age",
               "What open breaks of all days are about, by how long ago their billing day is. Disputed: the provider "
               "has been asked.", f"""
SELECT currency, age, breaks, amount, disputed_amount AS disputed
FROM vobiz_bi.breaks_by_age WHERE {PARTNER} ORDER BY currency, age""", "no open break",
               units={"amount": EXACT, "disputed": EXACT, "breaks": "short"}) | {"wide": 10}),
        (9, table("Leakage by month",
                  "Money that the breaks of a month are about, once for each row, and its share of what was invoiced: "
                  "open, disputed with the provider, accepted as lost. Corrected: what has healed. The newest 13 "
                  "months.", f"""
SELECT to_char(month, 'YYYY-MM') AS "billing month", currency, sum(breaks) AS breaks, sum(leakage_amount) AS leakage,
  round(100 * sum(leakage_amount) / nullif(sum(revenue_amount), 0), 2) AS "% of revenue", sum(open_amount) AS open,
  sum(disputed_amount) AS disputed, sum(accepted_amount) AS accepted, sum(healed_amount) AS corrected,
  sum(revenue_amount) AS revenue
FROM vobiz_bi.leakage_monthly
WHERE month > vobiz.billing_day(now()) - interval '13 months' AND {PARTNER}
GROUP BY month, currency
ORDER BY month DESC, currency""", "no call, no entry and no break yet",
                  units={"breaks": "short", "% of revenue": "percent"} | dict.fromkeys(
                      ("leakage", "open", "disputed", "accepted", "corrected", "revenue"), MONEY)) | {"wide": 14},
         series("Breaks by day", "Open breaks by the billing day they are about, by check.", "short", f"""
SELECT vobiz.billing_day_start(billing_day) AS time, metric, value FROM (
  SELECT billing_day, check_name AS metric, count(*) AS value {BREAKS} GROUP BY 1, 2) d
ORDER BY 1, 2""", style="stacked bars", low=0, empty="no open break") | {"wide": 10}),
        row("Open breaks"),
        (12, table("Open breaks",
                   "What does not agree. When one is explained, \"vobiz-syncd reconcile accept ID --note TEXT\" takes "
                   "it off; "
                   "one that late data explains heals by itself. The newest 500.", f"""
SELECT id, billing_day::text AS "billing day", check_name AS "check", kind, account_id, account_name AS customer,
  row_key AS "call, entry or number", currency, expected, actual, difference, state, ticket, reason,
  first_seen_at AS "first seen"
{BREAKS} ORDER BY billing_day DESC, abs(difference) DESC NULLS LAST, id DESC LIMIT 500""", "no open break",
                   units={"expected": EXACT, "actual": EXACT, "difference": EXACT, "first seen": "dateTimeAsIso"},
                   links={"customer": to_customer()}, hidden=["account_id"]),),
        row("Results and runs"),
        (11, table("Results that are not ok",
                   "The latest result of each check, day and currency that is not ok though it was due, with the "
                   "reason.", f"""
SELECT billing_day::text AS "billing day", check_name AS "check", currency, state, breaks, expected, actual,
  difference, reason,
  judged_at AS "judged at"
{RESULTS} AND state NOT IN {FINE} ORDER BY billing_day DESC, check_name, currency LIMIT 500""", "every result is ok",
                   units={"expected": EXACT, "actual": EXACT, "difference": EXACT, "judged at": "dateTimeAsIso"},
                   words={"state": WORDS}) | {"wide": 15},
         table("Runs", "The newest runs of the checks; one without an end is under way or was interrupted.", f"""
SELECT id, partner_id AS partner, command, started_at AS "started", finished_at AS "ended",
  first_day::text AS "from day", last_day::text AS "to day"
FROM vobiz.reconciliation_runs WHERE {PARTNER} ORDER BY id DESC LIMIT 50""", "the books were never checked",
               units={"started": "dateTimeAsIso", "ended": "dateTimeAsIso"}) | {"wide": 9}),
    ])
