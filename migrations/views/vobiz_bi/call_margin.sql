-- The longest prefix is looked up in the primary key of the rates, once for each length that prefixes have.
CREATE OR REPLACE VIEW vobiz_bi.call_margin AS
SELECT c.partner_id, c.account_id, a.name AS account_name, c.uuid AS call_uuid, c.start_time AS started_at, k.day,
  c.call_direction,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.destination_number
    ELSE vobiz.masked_number(c.destination_number) END AS called_number,
  c.billsec, k.currency, coalesce(c.cost, 0) AS cost,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN r.prefix
    ELSE left(r.prefix, CASE WHEN k.called_key ~ '^[0-9]{7,}$' THEN length(k.called_key) - 6 ELSE 0 END) END AS prefix,
  r.rate_per_minute AS wholesale_rate_per_minute, r.pulse AS wholesale_pulse, r.wholesale_cost,
  coalesce(c.cost, 0) - r.wholesale_cost AS margin_amount
FROM vobiz.cdrs c
LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id
CROSS JOIN LATERAL (
  SELECT coalesce(vobiz.number_key(c.destination_number), '') AS called_key,
    (c.start_time AT TIME ZONE (SELECT timezone FROM vobiz.settings))::date AS day,
    coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency OFFSET 0) k
LEFT JOIN LATERAL (
  SELECT r.prefix, r.rate_per_minute, r.pulse,
    round(r.rate_per_minute * ceil(coalesce(c.billsec, 0)::numeric / r.pulse) * r.pulse / 60, 6) AS wholesale_cost
  FROM unnest((SELECT array_agg(DISTINCT length(w.prefix)) FROM vobiz.wholesale_rates w)) l(digits)
  JOIN vobiz.wholesale_rates r
    ON (r.partner_id, r.call_direction, r.currency) = (c.partner_id, c.call_direction, k.currency)
      AND r.prefix = left(k.called_key, l.digits) AND r.valid_from <= k.day
      AND (r.valid_to IS NULL OR r.valid_to >= k.day)
  ORDER BY length(r.prefix) DESC, r.valid_from DESC LIMIT 1) r ON true
WHERE c.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.call_margin IS
  'what each call earns: its voice charge less what vobiz.wholesale_rates says it costs the partner; give a span of '
  'started_at, and an account_id where there is one, to read few of them; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.call_margin.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.call_margin.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.call_margin.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.call_margin.call_uuid IS 'the provider''s uuid of the call';
COMMENT ON COLUMN vobiz_bi.call_margin.started_at IS 'when it was begun';
COMMENT ON COLUMN vobiz_bi.call_margin.day IS
  'billing day, in settings.timezone; a filter on it reads every call';
COMMENT ON COLUMN vobiz_bi.call_margin.call_direction IS 'inbound or outbound';
COMMENT ON COLUMN vobiz_bi.call_margin.called_number IS 'who was called; masked for readers without numbers';
COMMENT ON COLUMN vobiz_bi.call_margin.billsec IS 'seconds that are charged';
COMMENT ON COLUMN vobiz_bi.call_margin.currency IS
  'ISO 4217 code of all amounts: the call''s, or else the one of the customer''s wallet';
COMMENT ON COLUMN vobiz_bi.call_margin.cost IS
  'what the customer pays for voice, or for a call that was not connected, in currency; without streaming';
COMMENT ON COLUMN vobiz_bi.call_margin.prefix IS
  'the rate''s prefix: the longest valid on that day; cut for readers without numbers; null when there is no rate';
COMMENT ON COLUMN vobiz_bi.call_margin.wholesale_rate_per_minute IS
  'the partner''s price of a minute, in currency; null when there is no rate';
COMMENT ON COLUMN vobiz_bi.call_margin.wholesale_pulse IS 'seconds that the rate counts at once';
COMMENT ON COLUMN vobiz_bi.call_margin.wholesale_cost IS
  'what billsec costs the partner, to six decimals, in currency; null when there is no rate';
COMMENT ON COLUMN vobiz_bi.call_margin.margin_amount IS
  'cost - wholesale_cost, in currency; null when there is no rate';
GRANT SELECT ON vobiz_bi.call_margin TO vobiz_reader, vobiz_writer;
