-- Stores the newest marked day of a partner, and returns it; null when none is left. Writers of the day wait, so
-- that no mark of theirs is taken for one that is served here. The peak of a day that is not over stays
-- marked, since each call would have it swept anew.
CREATE OR REPLACE FUNCTION vobiz_sync.store_marked_day(of_partner text) RETURNS date
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
  SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  marked record;
  calls_accounts text[];
  ledger_accounts text[];
  swept boolean;
BEGIN
  SELECT max(m.day) AS day INTO marked FROM vobiz_sync.rollup_marks m
  WHERE m.partner_id = of_partner AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()));
  IF marked.day IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM vobiz_sync.lock_days('calls', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  PERFORM vobiz_sync.lock_days('ledger', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  WITH taken AS (
    DELETE FROM vobiz_sync.rollup_marks m
    WHERE m.partner_id = of_partner AND m.day = marked.day
      AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()))
    RETURNING m.rollup, m.account_id)
  SELECT array_agg(t.account_id) FILTER (WHERE t.rollup = 'calls'),
    array_agg(t.account_id) FILTER (WHERE t.rollup = 'ledger'), bool_or(t.rollup = 'concurrency')
  INTO calls_accounts, ledger_accounts, swept FROM taken t;

  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.usage_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.usage_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.usage_days t USING (
      SELECT {{usage_day_key}} FROM stored EXCEPT SELECT {{usage_day_key}} FROM fresh) e
    WHERE ({{usage_day_key, t.@name}}) = ({{usage_day_key, e.@name}})
  )
  INSERT INTO vobiz_sync.usage_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT ({{usage_day_key}}) DO UPDATE SET
    {{call_measures, @name = excluded.@name}};
  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.hangups_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.hangup_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.hangup_days t USING (
      SELECT {{hangup_day_key}} FROM stored EXCEPT SELECT {{hangup_day_key}} FROM fresh) e
    WHERE ({{hangup_day_key, t.@name}}) = ({{hangup_day_key, e.@name}})
  )
  INSERT INTO vobiz_sync.hangup_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT ({{hangup_day_key}}) DO UPDATE SET
    {{hangup_measures, @name = excluded.@name}};
  -- Of the whole day again: which hours a change has touched is not marked.
  IF calls_accounts IS NOT NULL THEN
    WITH fresh AS MATERIALIZED (
      SELECT f.* FROM vobiz_sync.hours_of_day(of_partner, marked.day) f
    ), stored AS MATERIALIZED (
      SELECT t.* FROM vobiz_sync.usage_hours t WHERE t.partner_id = of_partner AND t.day = marked.day
    ), emptied AS (
      DELETE FROM vobiz_sync.usage_hours t USING (
        SELECT {{usage_hour_key}} FROM stored EXCEPT SELECT {{usage_hour_key}} FROM fresh) e
      WHERE ({{usage_hour_key, t.@name}}) = ({{usage_hour_key, e.@name}})
    )
    INSERT INTO vobiz_sync.usage_hours SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
    ON CONFLICT ({{usage_hour_key}}) DO UPDATE SET
      {{hour_measures, @name = excluded.@name}};
  END IF;
  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(ledger_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.ledger_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.ledger_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.ledger_days t USING (
      SELECT {{ledger_day_key}} FROM stored EXCEPT SELECT {{ledger_day_key}} FROM fresh) e
    WHERE ({{ledger_day_key, t.@name}}) = ({{ledger_day_key, e.@name}})
  )
  INSERT INTO vobiz_sync.ledger_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT ({{ledger_day_key}}) DO UPDATE SET
    {{ledger_measures, @name = excluded.@name}};

  IF swept THEN
    WITH fresh AS MATERIALIZED (
      SELECT of_partner AS partner_id, p.account_id, marked.day AS day, p.peak_calls, p.peak_at
      FROM vobiz_sync.peak_concurrency(of_partner, marked.day) p
    ), emptied AS (
      DELETE FROM vobiz_sync.concurrency_days d
      WHERE d.partner_id = of_partner AND d.day = marked.day
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.account_id = d.account_id))
    INSERT INTO vobiz_sync.concurrency_days SELECT * FROM (
      SELECT * FROM fresh EXCEPT
      SELECT * FROM vobiz_sync.concurrency_days d WHERE d.partner_id = of_partner AND d.day = marked.day) changed
    ON CONFLICT (partner_id, day, account_id) DO UPDATE
      SET peak_calls = excluded.peak_calls, peak_at = excluded.peak_at;
  END IF;
  RETURN marked.day;
END
$$;
COMMENT ON FUNCTION vobiz_sync.store_marked_day IS
  'stores the newest marked billing day of a partner and returns it; null when none is left';
REVOKE ALL ON FUNCTION vobiz_sync.store_marked_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.store_marked_day TO vobiz_writer;
