CREATE OR REPLACE FUNCTION vobiz_sync.personal_columns() RETURNS TABLE (relation regclass, column_name name)
  LANGUAGE sql STABLE
  AS $$
    SELECT a.attrelid::regclass, a.attname
    FROM (VALUES
      ('vobiz.partners', '{email,phone,extra}'),
      ('vobiz.accounts', '{email,phone,address,zip_code,google_id,description,extra}'),
      ('vobiz.cdrs', '{caller_id_name,caller_id_number,destination_number,sip_call_id,network_addr,customer_endpoint,
        terminated_to,failure_reason,extra}'),
      ('vobiz.transactions', '{description,reference,extra}'),
      ('vobiz.numbers', '{e164,id,tags,extra}'),
      ('vobiz.kyc_sessions', '{customer_email,metadata,extra}'),
      ('vobiz.reconciliation_breaks', '{row_key,history}'),
      ('vobiz_sync.rejects', '{payload}')) v(name, columns)
    JOIN pg_attribute a ON a.attrelid = v.name::regclass AND a.attname = ANY (v.columns::name[])
  $$;
COMMENT ON FUNCTION vobiz_sync.personal_columns IS
  'columns that may hold what belongs to a person: numbers, addresses, and free text of the provider';
