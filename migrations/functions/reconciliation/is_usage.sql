-- Whether an entry is about calls. Where the API leaves the type out, the description's first word tells.
CREATE OR REPLACE FUNCTION vobiz.is_usage(reference_type text, cdr_uuid uuid, description text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN reference_type IS NULL
    THEN cdr_uuid IS NOT NULL
        AND coalesce(description, '') OPERATOR(pg_catalog.!~*) '^(recording|transcri|redact|pii|whatsapp)'
      OR coalesce(description, '') OPERATOR(pg_catalog.~*) '^(call|calls|stream|non-connected)\M'
    ELSE reference_type OPERATOR(pg_catalog.=) ANY (ARRAY['cdr', 'stream_cdr', 'ncc']) END
$$;
COMMENT ON FUNCTION vobiz.is_usage IS 'whether a ledger entry charges for calls';
