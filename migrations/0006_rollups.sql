-- Rollups: sums and counts of calls and ledger by 15 minutes and by billing day, kept in the transaction
-- that changes the rows (reconciliation.md, "Views").

-- The one setting the database itself has to know: where a billing day begins. `migrate`, `sync` and `run`
-- take it from reconcile.timezone while there are no rollups; later only `rebuild-rollups` changes it.
CREATE TABLE vobiz.settings (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- AT TIME ZONE refuses what is no zone, in the server's words.
  timezone text NOT NULL DEFAULT 'Asia/Kolkata' CHECK (timestamptz 'epoch' AT TIME ZONE timezone IS NOT NULL)
);
COMMENT ON TABLE vobiz.settings IS 'one row: what all views agree on';
COMMENT ON COLUMN vobiz.settings.only_row IS 'always true: there is one row';
COMMENT ON COLUMN vobiz.settings.timezone IS 'time zone of billing days and months; changed by: vobiz-syncd rebuild-rollups';
INSERT INTO vobiz.settings DEFAULT VALUES;
REVOKE INSERT, DELETE ON vobiz.settings FROM vobiz_writer;

CREATE FUNCTION vobiz.billing_day(at timestamptz) RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (at AT TIME ZONE (SELECT timezone FROM vobiz.settings))::date $$;
COMMENT ON FUNCTION vobiz.billing_day(timestamptz) IS 'the billing day an instant belongs to';

CREATE FUNCTION vobiz.billing_day_start(day date) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT day::timestamp AT TIME ZONE (SELECT timezone FROM vobiz.settings) $$;
COMMENT ON FUNCTION vobiz.billing_day_start(date) IS 'the instant a billing day begins; it ends where the next one begins';
