-- The wallet at the start of a billing day, from the balance read next to it: the first one at or after that
-- instant, else the last one before it (a balance is recorded when it changes, so that it still holds then or
-- the ledger says what moved it). The completed ledger entries between the two instants roll it to that day.
-- Null, never a guess, when the instant lies ahead, no balance was read, any UTC day between is not proven
-- (an open one counts when it agreed with the API's totals after the balance was read), or an entry
-- between states no currency.
CREATE OR REPLACE FUNCTION vobiz.wallet_at(of_partner text, of_account text, of_currency text, of_day date)
  RETURNS numeric
  LANGUAGE plpgsql STABLE SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  instant timestamptz := vobiz.billing_day_start(of_day);
  known record;
  known_day date;
  moved numeric;
BEGIN
  IF instant > now() THEN
    RETURN NULL;
  END IF;
  SELECT b.captured_at, b.cash_credits INTO known FROM vobiz.account_balances b
  WHERE b.auth_id = of_account AND b.currency = of_currency
  ORDER BY b.captured_at < instant, abs(extract(epoch FROM b.captured_at - instant)) LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM FROM generate_series(
    (least(instant, known.captured_at) AT TIME ZONE 'UTC')::date::timestamp,
    greatest(instant, known.captured_at) AT TIME ZONE 'UTC', interval '1 day') d
  WHERE d AT TIME ZONE 'UTC' < greatest(instant, known.captured_at)
    AND NOT EXISTS (
      SELECT FROM vobiz_sync.windows w
      WHERE w.partner_id = of_partner AND w.stream = 'transactions' AND w.scope IN ('*', of_account)
        AND w.day = d::date
        AND (w.state = 'proven' OR w.proof IS NOT NULL AND w.read_at >= greatest(instant, known.captured_at)));
  IF FOUND THEN
    RETURN NULL;
  END IF;
  known_day := vobiz.billing_day(known.captured_at);
  PERFORM FROM vobiz.ledger_days l
  WHERE l.account_id = of_account AND lower(l.status) = 'completed'
    AND coalesce(nullif(l.currency, ''), 'XXX') <> of_currency
    AND l.currency = '' AND l.day BETWEEN least(of_day, known_day) AND greatest(of_day, known_day);
  IF FOUND THEN
    RETURN NULL;
  END IF;
  -- Whole days from the rollup, the day of the reading up to (or from) the reading.
  SELECT coalesce(sum(l.credit - l.debit), 0) INTO moved FROM vobiz.ledger_days l
  WHERE l.account_id = of_account AND lower(l.status) = 'completed'
    AND coalesce(nullif(l.currency, ''), 'XXX') = of_currency
    AND l.day >= least(of_day, known_day + 1) AND l.day < greatest(of_day, known_day);
  SELECT moved + coalesce(sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END), 0) INTO moved
  FROM vobiz.transactions t
  CROSS JOIN LATERAL (SELECT vobiz_sync.entry_time(t.created_at, t.processed_at, t.window_day) AS at) e
  WHERE t.account_id = of_account AND lower(t.status) = 'completed' AND t.removed_at IS NULL
    AND coalesce(t.currency, 'XXX') = of_currency
    AND (t.created_at IS NULL OR t.created_at >= vobiz.billing_day_start(known_day)
      AND t.created_at < vobiz.billing_day_start(known_day + 1))
    AND e.at >= vobiz.billing_day_start(known_day) AND e.at < vobiz.billing_day_start(known_day + 1)
    AND CASE WHEN known.captured_at >= instant THEN e.at < known.captured_at ELSE e.at >= known.captured_at END;
  RETURN known.cash_credits + CASE WHEN known.captured_at >= instant THEN -moved ELSE moved END;
END
$$;
COMMENT ON FUNCTION vobiz.wallet_at IS
  'the wallet of a customer at the start of a billing day; null where readings and proven ledger do not tell it';
