"""Spend and wallets: for finance and account managers."""
from dashboard import (
    ACCOUNT,
    CURRENCY,
    DAY_START,
    DAYS,
    DIRECTION,
    OF_DAYS,
    PARTNER,
    calls_of_both,
    dashboard,
    row,
    to_customer,
)
from ledger import money_in_and_out
from panels import GREEN, IN_ORDER, MONEY, ONE, ORANGE, RED, YELLOW, limits, series, stat, table

WHO = f"{PARTNER} AND {ACCOUNT}"
OF_CALLS = f"{WHO} AND {DIRECTION} AND {CURRENCY}"
CALLS = f"FROM vobiz_bi.usage_daily WHERE day {DAYS} AND {OF_CALLS}"
# The rollup has an empty text for entries without a currency.
LEDGER = (f"FROM vobiz.ledger_days WHERE day {DAYS} AND {WHO} AND status = 'completed' "
          "AND coalesce(nullif(currency, ''), 'XXX') = ${currency:sqlstring}")
WALLETS = f"FROM vobiz_bi.wallet_runway WHERE {WHO} AND currency = ${{currency:sqlstring}}"
LEFT = limits(RED, (3, YELLOW), (7, GREEN))

made = dashboard(
    "vobiz-spend", "Spend and wallets",
    "What calls cost, who spends it, and whose wallet runs dry: one currency at a time",
    "now-30d", ["partner", "account", "direction", "currency"], marks_unproven=True, lines=[
        (4, stat("Spend (${currency})",
                 f"What calls cost {OF_DAYS}: calls and streaming.", MONEY,
                 calls_of_both("spend", "coalesce(sum(total_cost), 0)", OF_CALLS), decimals=2, good="same"),
         stat("Cost of a minute (${currency})", "Spend divided by billable minutes.", MONEY,
              calls_of_both("cost", "round(sum(total_cost) * 60 / nullif(sum(billsec), 0), 5)", OF_CALLS), decimals=4,
              empty="no minutes", good="down"),
         stat("Debited (${currency})",
              "What the ledger took from wallets on the same days: calls, numbers and everything else.",
              MONEY, f"""
SELECT coalesce(sum(debit), 0) AS debit {LEDGER}""", decimals=2),
         stat("Paid in (${currency})",
              "What came into wallets on the same days: payments, refunds and corrections.", MONEY, f"""
SELECT coalesce(sum(credit), 0) AS credit {LEDGER}""", decimals=2),
         stat("In the wallets (${currency})",
              "Balances of all chosen customers as last read; debts count negative.", MONEY, f"""
SELECT coalesce(sum(balance), 0) AS balance {WALLETS}""", decimals=2),
         stat("Low wallets",
              "Prepaid wallets that are empty or last for less than three days (vobiz.settings).", "short", f"""
SELECT count(*) AS wallets FROM vobiz_bi.low_balance WHERE {WHO} AND currency = ${{currency:sqlstring}}""",
              limits(GREEN, (1, ORANGE)), nought=IN_ORDER)),
        row("Spend by billing day (${currency})"),
        (9, series("By product (${currency})",
                   "What calls cost by billing day and product (the context of a call).", MONEY, f"""
SELECT {DAY_START}, metric, value FROM (
  SELECT day, coalesce(context, 'not stated') AS metric, sum(total_cost) AS value {CALLS} GROUP BY 1, 2) d
ORDER BY 1, 2""", style="stacked bars", decimals=2, low=0),
         series("By customer (${currency})",
                "The ten customers who spend most in the time range, by billing day.", MONEY, f"""
WITH u AS (
  SELECT day, account_id, coalesce(account_name || ' ', '') || account_id AS metric, sum(total_cost) AS value
  {CALLS} GROUP BY 1, 2, 3
), top AS (SELECT account_id FROM u GROUP BY account_id ORDER BY sum(value) DESC, account_id LIMIT 10)
SELECT {DAY_START}, metric, value FROM u JOIN top USING (account_id) ORDER BY 1, 2""",
                style="stacked bars", decimals=2, low=0)),
        (8, series("Cost of a minute (${currency})",
                   "Spend divided by billable minutes, by billing day and direction. A step is a "
                   "new price or another mix of calls.", MONEY, f"""
SELECT {DAY_START}, metric, value FROM (
  SELECT day, coalesce(call_direction, 'not stated') AS metric,
    round(sum(total_cost) * 60 / nullif(sum(billsec), 0), 5) AS value
  {CALLS} GROUP BY 1, 2) d
ORDER BY 1, 2""", decimals=4, low=0, legend=["min", "max"]),
         money_in_and_out(LEDGER)),
        row("Customers"),
        (11, table("Customers by spend (${currency})",
                   "What each customer's calls cost in the time range, and its share of all.", f"""
SELECT account_id, account_name AS customer, sum(attempts) AS calls, round(sum(billsec) / 60.0) AS minutes,
  sum(total_cost) AS spend, round(100 * sum(total_cost) / nullif(sum(sum(total_cost)) OVER (), 0), 1) AS share,
  round(sum(total_cost) * 60 / nullif(sum(billsec), 0), 4) AS "cost of a minute"
{CALLS} GROUP BY account_id, account_name ORDER BY spend DESC, calls DESC LIMIT 200""", "no calls in this time range",
                   units={"calls": "short", "minutes": "short", "spend": MONEY, "share": "percent"},
                   links={"customer": to_customer()}, hidden=["account_id"]),
         table("Wallets (${currency})",
               "Balances as last read, what left a day over the last seven whole billing days, and how "
               "long that lasts. The emptiest first; a postpaid customer may be below zero.", f"""
SELECT account_id, account_name AS customer, CASE WHEN is_postpaid THEN 'postpaid' ELSE 'prepaid' END AS kind, balance,
  average_daily_debit AS "a day", runway_days AS "days left", runs_dry_on::text AS "runs dry on",
  balance_changed_at AS "read at"
{WALLETS} ORDER BY is_postpaid, runway_days NULLS LAST, balance, account_id LIMIT 500""", "no wallet in this currency",
               units={"balance": MONEY, "a day": MONEY, "days left": ONE, "read at": "dateTimeAsIso"},
               colours={"days left": LEFT},
               links={"customer": to_customer()}, hidden=["account_id"])),
        (9, table("Low wallets (${currency})",
                  "Prepaid wallets to call about: empty, or dry within three days (vobiz.settings).", f"""
SELECT account_id, account_name AS customer, balance, average_daily_debit AS "a day", runway_days AS "days left",
  runs_dry_on::text AS "runs dry on", CASE WHEN auto_recharge THEN 'yes' ELSE 'no' END AS "recharges itself"
FROM vobiz_bi.low_balance WHERE {WHO} AND currency = ${{currency:sqlstring}}
ORDER BY runway_days NULLS FIRST, balance, account_id""", "no wallet is low",
                  units={"balance": MONEY, "a day": MONEY, "days left": ONE}, colours={"days left": LEFT},
                  links={"customer": to_customer()}, hidden=["account_id"]),
         table("Months (${currency})",
               "Calls by billing month and direction, of the months the time range touches, in full.", f"""
SELECT to_char(month, 'YYYY-MM') AS "billing month", coalesce(call_direction, 'not stated') AS direction,
  sum(attempts) AS calls, sum(billable_minutes) AS minutes, sum(total_cost) AS spend
FROM (
  SELECT date_trunc('month', day)::date AS month, call_direction, attempts, billable_minutes, total_cost
  FROM vobiz_bi.usage_daily
  WHERE day >= date_trunc('month', vobiz.billing_day($__timeFrom()))::date AND day <= vobiz.billing_day($__timeTo())
    AND {WHO} AND {DIRECTION} AND {CURRENCY}) d
GROUP BY 1, 2 ORDER BY 1 DESC, 2""", "no calls in these months",
               units={"calls": "short", "minutes": "short", "spend": MONEY})),
    ])
