-- Which functions and views this database has, and from which text.
CREATE TABLE vobiz_sync.schema_objects (
  kind       text NOT NULL CHECK (kind IN ('function', 'view')),
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, name)
);
COMMENT ON TABLE vobiz_sync.schema_objects IS 'functions, with their triggers, and views that migrate has made';
COMMENT ON COLUMN vobiz_sync.schema_objects.kind IS 'function or view';
COMMENT ON COLUMN vobiz_sync.schema_objects.name IS 'its name with its schema';
COMMENT ON COLUMN vobiz_sync.schema_objects.checksum IS 'sha256 of the text it was made from';
COMMENT ON COLUMN vobiz_sync.schema_objects.applied_at IS 'when it was made or changed';
