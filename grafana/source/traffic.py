"""Traffic and quality: for those who watch routes and customers."""
from dashboard import (
    A_WEEK_BEFORE,
    ACCOUNT,
    CURRENCY,
    DAY_START,
    DAYS,
    DAYS_BEFORE,
    DIRECTION,
    OF_DAYS,
    PARTNER,
    calls_of_both,
    dashboard,
    each_hour,
    hours_of_customers,
    of_both_days,
    row,
    to_customer,
)
from panels import GREEN, MONEY, ORANGE, RED, TWO, YELLOW, bars, limits, series, stat, table

WHO = f"{PARTNER} AND {ACCOUNT} AND {DIRECTION}"
BY_HOUR = hours_of_customers("$__timeFilter(hour)", DAYS)
HOURS_BEFORE = hours_of_customers(f"hour {A_WEEK_BEFORE}", DAYS_BEFORE)
KPIS = f"FROM vobiz_bi.kpi_daily WHERE day {DAYS} AND {WHO}"
QUALITY = f"FROM vobiz_bi.quality_daily WHERE day {DAYS} AND {WHO}"
BEFORE = "a week before"


def by_hour(title, says, unit, value, nought=False, **more):
    """A figure by hour, and the same figure of the week before."""
    return series(title, says + " The dashed line is the same hour a week before.", unit,
                  each_hour([(title.lower(), value, nought)], BY_HOUR),
                  each_hour([(BEFORE, value, nought)], HOURS_BEFORE, "7 days"), dashed=BEFORE, **more)


def by_day(title, says, unit, value, source, **more):
    return series(title, says, unit, f"""
SELECT {DAY_START}, value AS "{title.lower()}" FROM (
  SELECT day, {value} AS value {source} GROUP BY day) d
ORDER BY 1""", **more)


made = dashboard(
    "vobiz-traffic", "Traffic and quality", "How many calls, how many of them succeed, how they end and how they sound",
    "now-7d", ["partner", "account", "direction", "currency"], marks_unproven=True, lines=[
        (4, stat("Calls", f"Calls {OF_DAYS}.", "short",
                 calls_of_both("calls", "coalesce(sum(attempts), 0)", WHO), good="up"),
         stat("Answer rate",
              "Answered calls of all calls (ASR). It also falls when people do not pick up.", "percent",
              calls_of_both("answer_rate", "round(100.0 * sum(answered) / nullif(sum(attempts), 0), 2)", WHO),
              limits(RED, (30, YELLOW), (45, GREEN)), decimals=1, empty="no calls", good="up"),
         stat("Network effectiveness",
              "Calls that the network delivered, of all: answered, busy, unanswered or refused (NER). "
              "It falls when routes fail, not when people do not pick up.", "percent",
              of_both_days("ner", "round(100.0 * sum(network_effective_calls) / nullif(sum(attempts), 0), 2)",
                           "vobiz_bi.kpi_daily", WHO),
              limits(RED, (85, YELLOW), (92, GREEN)), decimals=1, empty="no calls", good="up"),
         stat("Average length", "Billable seconds for each answered call (ACD).", "s",
              calls_of_both("seconds", "round(sum(billsec)::numeric / nullif(sum(answered), 0), 1)", WHO),
              empty="none answered", good="same"),
         stat("Minutes", "Billable minutes: billable seconds / 60.", "short",
              calls_of_both("minutes", "coalesce(round(sum(billsec) / 60.0), 0)", WHO), good="up"),
         stat("Cost of a minute (${currency})",
              "What calls cost, divided by their billable minutes, in the chosen currency.",
              MONEY, calls_of_both("cost", "round(sum(total_cost) * 60 / nullif(sum(billsec), 0), 5)",
                                   f"{WHO} AND {CURRENCY}"),
              decimals=4, empty="no minutes", good="down")),
        (8, by_hour("Calls", "Calls by the hour they started in; 0 only where that is known, else a gap.",
                    "short", "sum(attempts)", nought=True, low=0),
         by_hour("Answer rate", "Answered calls of all calls, by hour.", "percent",
                 "round(100.0 * sum(answered) / nullif(sum(attempts), 0), 2)", low=0, high=100)),
        (8, by_hour("Average length", "Billable seconds for each answered call (ACD), by hour.", "s",
                    "round(sum(billsec)::numeric / nullif(sum(answered), 0), 1)", low=0),
         by_hour("Minutes", "Billable minutes by hour.", "short", "round(sum(billsec) / 60.0, 1)", nought=True,
                    low=0)),
        row("By billing day"),
        (8, by_day("Network effectiveness",
                   "Calls that the network delivered, of all (NER), by billing day.", "percent",
                   "round(100.0 * sum(network_effective_calls) / nullif(sum(attempts), 0), 2)", KPIS, high=100,
                   steps=limits(RED, (85, YELLOW), (92, GREEN))),
         by_day("Short calls",
                "Answered calls of 6 seconds or less, of all answered. Many of them hint at machines or at "
                "charges for calls that failed.", "percent",
                "round(100.0 * sum(short_calls) / nullif(sum(answered), 0), 2)", KPIS, low=0),
         by_day("Answer delay",
                "Seconds from the start of a call to its answer. It holds the ringing: it is no post-dial delay.",
                "s", "round(sum(average_answer_delay_seconds * answered) "
                "/ nullif(sum(answered) FILTER (WHERE average_answer_delay_seconds IS NOT NULL), 0), 2)", KPIS, low=0)),
        row("How calls end"),
        (9, series("Calls by kind of end",
                   "Each billing day's calls by how they ended; vobiz.hangup_causes sorts the causes.",
                   "short", f"""
SELECT {DAY_START}, metric, value FROM (
  SELECT day, hangup_class AS metric, sum(attempts) AS value FROM vobiz_bi.hangup_daily
  WHERE day {DAYS} AND {WHO} GROUP BY day, hangup_class) d
ORDER BY 1, 2""", style="stacked bars", low=0),
         bars("Causes of calls that nobody answered",
              "The commonest hangup causes of calls without an answer.", "short", f"""
SELECT coalesce(hangup_cause, 'not stated') AS cause, sum(attempts - answered) AS calls FROM vobiz_bi.hangup_daily
WHERE day {DAYS} AND {WHO} GROUP BY 1 HAVING sum(attempts - answered) > 0
ORDER BY calls DESC, cause LIMIT 12""", "every call was answered")),
        row("How calls sound"),
        (8, by_day("Mean opinion score",
                   "Average MOS of the calls that were measured: 4 and more is good, below 3.6 is poor.",
                   "none", "round(sum(average_mos_points * measured_calls) / nullif(sum(measured_calls), 0), 3)",
                   QUALITY, decimals=2, low=1, high=5, steps=limits(RED, (3.6, YELLOW), (4, GREEN)),
                   empty="no call was measured"),
         by_day("Poor calls", "Measured calls with a MOS below 3.6, of all measured ones.", "percent",
                "round(100.0 * sum(poor_calls) / nullif(sum(measured_calls), 0), 2)", QUALITY, low=0,
                empty="no call was measured"),
         series("Jitter and packet loss",
                "Averages over the measured calls: jitter in milliseconds, loss in percent.", "none", f"""
SELECT {DAY_START}, jitter AS "jitter, ms", loss AS "packet loss, %" FROM (
  SELECT day, round(sum(average_jitter_milliseconds * measured_calls) / nullif(sum(measured_calls), 0), 3) AS jitter,
    round(sum(average_packet_loss_percent * measured_calls) / nullif(sum(measured_calls), 0), 3) AS loss
  {QUALITY} GROUP BY day) d
ORDER BY 1""", low=0, decimals=2, empty="no call was measured")),
        row("Calls at the same time"),
        (9, series("Most calls at the same time",
                   "The highest number of calls in progress at once, by billing day: of the whole "
                   "partner, whatever customer is chosen.", "short", f"""
SELECT {DAY_START}, partner_id AS metric, peak_calls AS value FROM vobiz_bi.concurrency_daily
WHERE scope = 'partner' AND day {DAYS} AND {PARTNER}
ORDER BY 1, 2""", low=0, legend=["max"]),
         table("Close to their limit",
               "Each customer's highest number of calls at once in the time range, against its limit.", f"""
SELECT account_id, account_name AS customer, peak_calls AS peak, concurrent_calls_limit AS "limit",
  limit_used_percent AS used, peak_at AS "when"
FROM (
  SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY peak_calls DESC, day DESC) AS place
  FROM vobiz_bi.concurrency_daily WHERE scope = 'account' AND day {DAYS} AND {PARTNER} AND {ACCOUNT}) p
WHERE place = 1 ORDER BY used DESC NULLS LAST, account_id LIMIT 25""", "no calls in this time range",
               units={"used": "percent", "when": "dateTimeAsIso"},
               colours={"used": limits(GREEN, (70, YELLOW), (90, RED))},
               links={"customer": to_customer()}, hidden=["account_id"])),
        row("Customers"),
        (10, table("Customers", "Key figures of each customer in the time range; a click shows one alone.", f"""
SELECT k.account_id, k.account_name AS customer, k.calls, k.asr AS "answer rate", k.ner AS "network effectiveness",
  k.acd AS "average length", k.minutes, k.short AS "short calls", q.mos AS "MOS", q.poor AS "poor calls"
FROM (
  SELECT account_id, account_name, sum(attempts) AS calls, round(100.0 * sum(answered) / sum(attempts), 1) AS asr,
    round(100.0 * sum(network_effective_calls) / sum(attempts), 1) AS ner,
    round(sum(billsec)::numeric / nullif(sum(answered), 0), 1) AS acd,
    round(sum(billsec) / 60.0) AS minutes,
    round(100.0 * sum(short_calls) / nullif(sum(answered), 0), 1) AS short
  {KPIS} GROUP BY account_id, account_name) k
LEFT JOIN (
  SELECT account_id, round(sum(average_mos_points * measured_calls) / nullif(sum(measured_calls), 0), 2) AS mos,
    round(100.0 * sum(poor_calls) / nullif(sum(measured_calls), 0), 1) AS poor
  {QUALITY} GROUP BY account_id) q USING (account_id)
ORDER BY k.calls DESC, k.account_id LIMIT 200""", "no calls in this time range",
                  units={"answer rate": "percent", "network effectiveness": "percent", "average length": "s",
                         "minutes": "short", "short calls": "percent", "poor calls": "percent", "calls": "short",
                         "MOS": TWO},
                  colours={"network effectiveness": limits(RED, (85, YELLOW), (92, GREEN)),
                           "MOS": limits(RED, (3.6, ORANGE), (4, GREEN))},
                  links={"customer": to_customer()}, hidden=["account_id"]),),
    ])
