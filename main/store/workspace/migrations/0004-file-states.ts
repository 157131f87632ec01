/**
 * Size and time of each file as it was read, and what has become of it since; '' as file_sha256 means that only the header has
 * been read so far. Findings may also come from that state. An import keeps what it was asked for, to be taken up again.
 */
export const fileStates = `
ALTER TABLE instance ADD COLUMN size_bytes INTEGER;
ALTER TABLE instance ADD COLUMN modified_ms INTEGER;
ALTER TABLE instance ADD COLUMN file_state TEXT NOT NULL DEFAULT 'present'
  CHECK (file_state IN ('present', 'changed', 'missing', 'unreadable'));
UPDATE instance SET size_bytes = json_extract(facts, '$.sizeBytes');
CREATE INDEX instance_by_address ON instance (address);
CREATE INDEX instance_unhashed ON instance (SOPInstanceUID) WHERE file_sha256 = '';
CREATE INDEX instance_astray ON instance (SOPInstanceUID) WHERE file_state <> 'present';
ALTER TABLE import_record ADD COLUMN request TEXT;

CREATE TABLE data_finding_of_any_source (
  id INTEGER PRIMARY KEY,
  -- file: of one file, kept for ever; stacks: of the assembly, replaced with it; state: of the file on the disk, as last seen
  source TEXT NOT NULL CHECK (source IN ('file', 'stacks', 'state')),
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  severity TEXT NOT NULL,
  PatientID TEXT,
  SeriesInstanceUID TEXT REFERENCES series (SeriesInstanceUID),
  SOPInstanceUID TEXT,
  count INTEGER,
  import_id TEXT REFERENCES import_record (id)
) STRICT;
INSERT INTO data_finding_of_any_source SELECT * FROM data_finding;
DROP TABLE data_finding;
ALTER TABLE data_finding_of_any_source RENAME TO data_finding;
CREATE INDEX data_finding_by_series ON data_finding (SeriesInstanceUID);
CREATE INDEX data_finding_by_import ON data_finding (import_id);
CREATE INDEX data_finding_of_state ON data_finding (SOPInstanceUID) WHERE source = 'state';
`;
