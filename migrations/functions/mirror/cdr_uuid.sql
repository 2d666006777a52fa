-- The call that a ledger row charges for: its reference is "cdr:<uuid>".
CREATE OR REPLACE FUNCTION vobiz.cdr_uuid(reference text) RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$
    SELECT CASE
      WHEN reference ~* '^cdr:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
      THEN substr(reference, 5)::uuid
    END
  $$;
COMMENT ON FUNCTION vobiz.cdr_uuid IS 'the call a ledger reference names, or null when it names none';
