-- Whether a transaction may commit what it wrote for a stream: the last statement of each. It keeps others
-- from taking the lease until the transaction ends. One that wrote nothing has nothing to be refused, and
-- is not made to write a row lock either. The expiry does not matter: as long as nobody took the lease,
-- nobody else has written.
CREATE OR REPLACE FUNCTION vobiz_sync.hold_lease(of_partner text, of_stream text, by_holder text, with_fence bigint)
  RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_current_xact_id_if_assigned() IS NULL THEN
    RETURN true;
  END IF;
  PERFORM FROM vobiz_sync.leases l
    WHERE (l.partner_id, l.stream, l.holder, l.fence) = (of_partner, of_stream, by_holder, with_fence)
    FOR KEY SHARE;
  RETURN FOUND;
END
$$;
COMMENT ON FUNCTION vobiz_sync.hold_lease IS 'whether the calling transaction may commit what it wrote for a stream';
REVOKE ALL ON FUNCTION vobiz_sync.hold_lease FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.hold_lease TO vobiz_writer;
