CREATE OR REPLACE VIEW vobiz_bi.alerts AS
SELECT l.id, l.partner_id, l.account_id, a.name AS account_name, l.kind, nullif(l.currency, '*') AS currency, l.value,
  l.threshold, l.usual, l.first_seen_at, l.last_seen_at, l.ended_at, l.ended_at IS NULL AS is_standing,
  CASE l.kind
    WHEN 'spend' THEN format('spent %s %s in an hour', round(l.value, 2), l.currency)
    WHEN 'calls_per_minute' THEN format('made %s calls a minute in a quarter of an hour', round(l.value, 1))
    WHEN 'duration' THEN format('talked for %s minutes in an hour', round(l.value))
    WHEN 'concurrent_calls' THEN format('had %s calls at the same time', round(l.value))
    WHEN 'premium_calls' THEN format('made %s calls to premium numbers in an hour', round(l.value))
    WHEN 'low_wallet' THEN CASE WHEN l.value <= 0
      THEN format('the wallet is empty: %s %s; calls and rentals take %s a day', round(l.value, 2), l.currency,
        round(l.usual, 2))
      ELSE format('the wallet lasts for %s days: %s %s at %s a day', round(l.value / nullif(l.usual, 0), 1),
        round(l.value, 2), l.currency, round(l.usual, 2)) END
    WHEN 'renewal_not_covered' THEN format('numbers renew for %s %s soon, and the wallet has %s',
      round(l.threshold, 2), l.currency, round(l.value, 2))
    ELSE l.kind END
  || CASE
    WHEN l.kind IN ('low_wallet', 'renewal_not_covered') THEN ''
    WHEN l.usual > 0 AND l.kind = 'concurrent_calls'
      THEN format('; the most in the 28 days before was %s', round(l.usual))
    WHEN l.usual > 0 THEN format('; the most at this time of day in the 28 days before was %s', round(l.usual, 2))
    WHEN l.usual = 0 THEN '; there was nothing like it in the 28 days before'
    ELSE format('; the limit is %s', round(l.threshold, 2)) END AS alert_text
FROM vobiz.alerts l LEFT JOIN vobiz.accounts a ON a.auth_id = l.account_id;
COMMENT ON VIEW vobiz_bi.alerts IS
  'customers whose calls or wallets need a look: what vobiz.alert_thresholds makes a reason, since when, until when';
COMMENT ON COLUMN vobiz_bi.alerts.id IS 'running number';
COMMENT ON COLUMN vobiz_bi.alerts.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.alerts.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.alerts.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.alerts.kind IS 'as in vobiz.alert_thresholds';
COMMENT ON COLUMN vobiz_bi.alerts.currency IS 'ISO 4217 code of the amounts; null for kinds that are not about money';
COMMENT ON COLUMN vobiz_bi.alerts.value IS
  'currency in the hour, calls a minute, minutes of talk in the hour, calls, calls in the hour; of wallets the balance';
COMMENT ON COLUMN vobiz_bi.alerts.threshold IS 'the limit that value is beyond, in the same unit';
COMMENT ON COLUMN vobiz_bi.alerts.usual IS
  'the highest of the same hours of the 28 days before; of low_wallet the average daily debit; null: not compared';
COMMENT ON COLUMN vobiz_bi.alerts.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz_bi.alerts.last_seen_at IS 'when it was first found with these figures';
COMMENT ON COLUMN vobiz_bi.alerts.ended_at IS 'when it was no longer found; null: it stands';
COMMENT ON COLUMN vobiz_bi.alerts.is_standing IS 'whether it is found now';
COMMENT ON COLUMN vobiz_bi.alerts.alert_text IS 'what happened, in a sentence';
GRANT SELECT ON vobiz_bi.alerts TO vobiz_reader, vobiz_writer;
