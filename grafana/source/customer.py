"""A customer: wallet, calls, numbers, statement and breaks, and single calls looked up."""
from dashboard import CURRENCY, DAY_START, DAYS, ONE_ACCOUNT, PARTNER, calls_of_both, dashboard, of_both_days, row
from ledger import money_in_and_out
from panels import EXACT, GREEN, IN_ORDER, MONEY, ORANGE, RED, TWO, YELLOW, limits, series, stat, table

WHO = f"{PARTNER} AND account_id = ${{account:sqlstring}}"
CALLS = f"FROM vobiz_bi.usage_daily WHERE day {DAYS} AND {WHO}"
LEDGER = (f"FROM vobiz.ledger_days WHERE day {DAYS} AND {WHO} AND status = 'completed' "
          "AND coalesce(nullif(currency, ''), 'XXX') = ${currency:sqlstring}")
WALLET = f"FROM vobiz_bi.wallet_runway WHERE {WHO} AND currency = ${{currency:sqlstring}}"
# A text that is empty finds every call.
LOOKED_UP = """(${number:sqlstring} = '' OR call_uuid::text = ${number:sqlstring}
    OR strpos(caller_key, vobiz.number_key(${number:sqlstring})) > 0
    OR strpos(called_key, vobiz.number_key(${number:sqlstring})) > 0)"""

made = dashboard(
    "vobiz-customer", "Customer", "One customer: wallet, calls, numbers, statement, breaks, and single calls looked up",
    "now-30d", ["partner", ONE_ACCOUNT, "currency", "number"], marks_unproven=True, lines=[
        (4, stat("Wallet (${currency})", "The balance as last read; a debt is negative.", MONEY, f"""
SELECT balance {WALLET}""", limits(RED, (0, GREEN)), decimals=2, empty="no wallet"),
         stat("Days left",
              "How long the wallet lasts at the pace of the last seven whole billing days.", "short", f"""
SELECT CASE WHEN balance <= 0 AND NOT is_postpaid THEN 0 ELSE runway_days END AS days {WALLET}""",
              limits(RED, (3, YELLOW), (7, GREEN)), decimals=1, empty="nothing is debited"),
         stat("Calls", "Calls on the billing days that the time range touches.", "short",
              calls_of_both("calls", "coalesce(sum(attempts), 0)", WHO), good="up"),
         stat("Answer rate", "Answered calls of all calls (ASR).", "percent",
              calls_of_both("answer_rate", "round(100.0 * sum(answered) / nullif(sum(attempts), 0), 2)", WHO),
              limits(RED, (30, YELLOW), (45, GREEN)), decimals=1, empty="no calls", good="up"),
         stat("Network effectiveness", "Calls that the network delivered, of all (NER).", "percent",
              of_both_days("ner", "round(100.0 * sum(network_effective_calls) / nullif(sum(attempts), 0), 2)",
                           "vobiz_bi.kpi_daily", WHO),
              limits(RED, (85, YELLOW), (92, GREEN)), decimals=1, empty="no calls", good="up"),
         stat("Spend (${currency})", "What calls cost on the billing days that the time range touches.", MONEY,
              calls_of_both("spend", "coalesce(sum(total_cost), 0)", f"{WHO} AND {CURRENCY}"), decimals=2,
              good="same"),
         stat("Numbers", "Numbers that the customer has now.", "short", f"""
SELECT count(*) AS numbers FROM vobiz_bi.number_inventory WHERE {WHO}"""),
         stat("Open breaks", "Differences that nobody has accepted, of all days.", "short", f"""
SELECT count(*) AS breaks FROM vobiz_bi.open_breaks WHERE {WHO}""", limits(GREEN, (1, RED)), nought=IN_ORDER)),
        row("Wallet (${currency})"),
        (8, series("Balance (${currency})",
                   "The wallet each time it was read and had changed, beginning with the last time before the range.",
                   MONEY, f"""
WITH b AS (
  SELECT captured_at, cash_credits FROM vobiz.account_balances
  WHERE {PARTNER} AND auth_id = ${{account:sqlstring}} AND currency = ${{currency:sqlstring}}
    AND captured_at <= $__timeTo())
SELECT greatest(captured_at, $__timeFrom()) AS time, cash_credits AS balance FROM b
WHERE captured_at >= coalesce((SELECT max(captured_at) FROM b WHERE captured_at <= $__timeFrom()), $__timeFrom())
UNION ALL
-- It stands until it is read anew.
(SELECT least($__timeTo(), now()), cash_credits FROM b ORDER BY captured_at DESC LIMIT 1)
ORDER BY 1""", style="steps", decimals=2, empty="the wallet was not read in this time range", legend=["min", "last"]),
         money_in_and_out(LEDGER)),
        (7, table("Statement (${currency})",
                  "The wallet by billing month, the newest first. A month is final only when it is proven; what is not "
                  "known is left out, never guessed.", f"""
SELECT to_char(month, 'YYYY-MM') AS "billing month", opening_balance AS opening, credit,
  call_debit AS calls, number_debit AS numbers, other_debit AS other, notes_amount AS notes,
  closing_balance AS closing, unexplained_amount AS unexplained,
  CASE WHEN issued_at IS NOT NULL THEN 'issued' WHEN is_proven THEN 'proven' ELSE 'provisional' END AS state
FROM vobiz_bi.account_statement_monthly
WHERE {WHO} AND currency = ${{currency:sqlstring}} ORDER BY month DESC LIMIT 24""", "no month yet",
                  units=dict.fromkeys(("opening", "credit", "calls", "numbers", "other", "notes", "closing",
                                       "unexplained"), MONEY),
                  words={"state": {"issued": GREEN, "proven": GREEN, "provisional": ORANGE}}),),
        row("Calls"),
        (8, series("Calls by day", "The customer's calls by billing day, answered or not.", "short", f"""
SELECT {DAY_START}, answered, attempts - answered AS "not answered" FROM (
  SELECT day, sum(answered) AS answered, sum(attempts) AS attempts {CALLS} GROUP BY day) d
ORDER BY 1""", style="stacked bars", low=0),
         series("Spend by product (${currency})",
                "What the customer's calls cost by billing day and product (the context of a call).", MONEY, f"""
SELECT {DAY_START}, metric, value FROM (
  SELECT day, coalesce(context, 'not stated') AS metric, sum(total_cost) AS value {CALLS} AND {CURRENCY}
  GROUP BY 1, 2) d
ORDER BY 1, 2""", style="stacked bars", decimals=2, low=0)),
        (12, table("Single calls",
                   "The newest 500 calls of the time range. Give part of a telephone number above, with or without a "
                   "+, or a call's id, to look one up.", f"""
SELECT started_at AS "started", call_direction AS direction, caller_number AS "from", called_number AS "to",
  duration AS seconds, billsec AS billed, hangup_cause AS "end", mos_points AS "MOS", currency, total_cost AS cost,
  context AS product, call_uuid::text AS call
FROM vobiz_bi.calls
WHERE $__timeFilter(started_at) AND {WHO}
  AND {LOOKED_UP}
ORDER BY started_at DESC, call_uuid LIMIT 500""", "no such call in this time range",
                   units={"started": "dateTimeAsIso", "cost": EXACT, "MOS": TWO}),),
        row("Numbers and breaks"),
        (10, table("Numbers", "The customer's numbers, what they cost a month, and when they renew.", f"""
SELECT e164 AS "number", status, number_type AS kind, currency, monthly_fee AS fee,
  vobiz.billing_day(next_billing_at)::text AS "renews on", assigned_at AS "held since",
  CASE WHEN is_blocked THEN 'blocked' ELSE '' END AS blocked
FROM vobiz_bi.number_inventory WHERE {WHO} ORDER BY next_billing_at NULLS LAST, e164 LIMIT 500""", "no numbers",
                   units={"fee": MONEY, "held since": "dateTimeAsIso"}, words={"blocked": {"blocked": RED}}),
         table("Open breaks", "What does not agree in this customer's books, of all days.", f"""
SELECT id, billing_day::text AS "billing day", check_name AS "check", kind, row_key AS "call, entry or number",
  currency, expected, actual, difference, reason
FROM vobiz_bi.open_breaks WHERE {WHO}
ORDER BY billing_day DESC, abs(difference) DESC NULLS LAST, id DESC LIMIT 200""", "all in order",
               units={"expected": EXACT, "actual": EXACT, "difference": EXACT})),
    ])
