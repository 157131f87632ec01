/** A table that only grows: rows are neither changed nor deleted, whoever asks. */
const appendOnly = (table: string): string => `
CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
`;

const catalogue = `
CREATE TABLE import_record (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('images', 'labels')),
  sources TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  patients INTEGER NOT NULL DEFAULT 0,
  studies INTEGER NOT NULL DEFAULT 0,
  series INTEGER NOT NULL DEFAULT 0,
  instances INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  result TEXT
) STRICT;
CREATE TABLE import_reject (
  id INTEGER PRIMARY KEY,
  import_id TEXT NOT NULL REFERENCES import_record (id),
  path TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX import_reject_by_import ON import_reject (import_id);

CREATE TABLE patient (
  PatientID TEXT PRIMARY KEY,
  PatientName TEXT,
  PatientSex TEXT,
  facts TEXT NOT NULL
) STRICT;
CREATE TABLE study (
  StudyInstanceUID TEXT PRIMARY KEY,
  PatientID TEXT NOT NULL REFERENCES patient (PatientID),
  StudyDate TEXT,
  StudyDescription TEXT,
  patient_age_years REAL,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX study_by_patient ON study (PatientID);

-- instances, frames, images (instances with pixels), findings and is_removed are kept beside the rows they follow
-- from, so that the worklist reads one row a series.
CREATE TABLE series (
  SeriesInstanceUID TEXT PRIMARY KEY,
  StudyInstanceUID TEXT NOT NULL REFERENCES study (StudyInstanceUID),
  Modality TEXT NOT NULL,
  SeriesNumber REAL,
  SeriesDescription TEXT,
  Rows INTEGER,
  Columns INTEGER,
  instances INTEGER NOT NULL DEFAULT 0,
  frames INTEGER NOT NULL DEFAULT 0,
  images INTEGER NOT NULL DEFAULT 0,
  findings INTEGER NOT NULL DEFAULT 0,
  stack_count INTEGER,
  is_removed INTEGER NOT NULL DEFAULT 0,
  import_id TEXT NOT NULL REFERENCES import_record (id),
  imported_at TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX series_by_study ON series (StudyInstanceUID);
CREATE TABLE series_stacks (
  SeriesInstanceUID TEXT PRIMARY KEY REFERENCES series (SeriesInstanceUID),
  stacks TEXT NOT NULL
) STRICT;
CREATE TABLE series_event (
  seq INTEGER PRIMARY KEY,
  SeriesInstanceUID TEXT NOT NULL REFERENCES series (SeriesInstanceUID),
  kind TEXT NOT NULL CHECK (kind IN ('removed', 'restored')),
  reason TEXT NOT NULL,
  ts_utc TEXT NOT NULL
) STRICT;
CREATE INDEX series_event_by_series ON series_event (SeriesInstanceUID);
${appendOnly('series_event')}

CREATE TABLE instance (
  SOPInstanceUID TEXT PRIMARY KEY,
  SeriesInstanceUID TEXT NOT NULL REFERENCES series (SeriesInstanceUID),
  InstanceNumber REAL,
  NumberOfFrames INTEGER NOT NULL,
  has_pixels INTEGER NOT NULL,
  address TEXT NOT NULL,
  file TEXT,
  file_sha256 TEXT NOT NULL,
  pixel_sha256 TEXT,
  import_id TEXT NOT NULL REFERENCES import_record (id),
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX instance_by_series ON instance (SeriesInstanceUID, InstanceNumber, SOPInstanceUID);
CREATE INDEX instance_by_file ON instance (file) WHERE file IS NOT NULL;
CREATE INDEX instance_by_pixels ON instance (pixel_sha256) WHERE pixel_sha256 IS NOT NULL;

CREATE TABLE data_finding (
  id INTEGER PRIMARY KEY,
  -- file: of one file, kept for ever; stacks: of the assembly, replaced with it
  source TEXT NOT NULL CHECK (source IN ('file', 'stacks')),
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  severity TEXT NOT NULL,
  PatientID TEXT,
  SeriesInstanceUID TEXT REFERENCES series (SeriesInstanceUID),
  SOPInstanceUID TEXT,
  count INTEGER,
  import_id TEXT REFERENCES import_record (id)
) STRICT;
CREATE INDEX data_finding_by_series ON data_finding (SeriesInstanceUID);
CREATE INDEX data_finding_by_import ON data_finding (import_id);
`;

const truth = `
CREATE TABLE reader (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE label_definition (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL CHECK (scope IN ('study', 'series', 'image', 'lesion')),
  label_values TEXT NOT NULL,
  positive_value TEXT,
  is_retired INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE label_revision (
  label_id TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  reader_id TEXT NOT NULL REFERENCES reader (id),
  definition_id TEXT NOT NULL REFERENCES label_definition (id),
  scope TEXT NOT NULL,
  StudyInstanceUID TEXT NOT NULL REFERENCES study (StudyInstanceUID),
  SeriesInstanceUID TEXT REFERENCES series (SeriesInstanceUID),
  SOPInstanceUID TEXT REFERENCES instance (SOPInstanceUID),
  FrameNumber INTEGER,
  value TEXT NOT NULL,
  geometry TEXT,
  is_retracted INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  import_id TEXT REFERENCES import_record (id),
  reason TEXT,
  PRIMARY KEY (label_id, revision)
) STRICT, WITHOUT ROWID;
${appendOnly('label_revision')}
CREATE TRIGGER label_revision_in_order BEFORE INSERT ON label_revision
  WHEN NEW.revision <> 1 + coalesce((SELECT max(revision) FROM label_revision WHERE label_id = NEW.label_id), 0)
  BEGIN SELECT RAISE(ABORT, 'revisions of a label count up one by one'); END;

-- The latest revision of each label, kept by the trigger below and by nothing else.
CREATE TABLE label_head (
  label_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  reader_id TEXT NOT NULL,
  definition_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  StudyInstanceUID TEXT NOT NULL,
  SeriesInstanceUID TEXT,
  SOPInstanceUID TEXT,
  FrameNumber INTEGER,
  value TEXT NOT NULL,
  is_retracted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A reader has one answer to a question about a study, a series or a frame; lesions may be many.
CREATE UNIQUE INDEX label_head_one_answer ON label_head (
  definition_id, reader_id, StudyInstanceUID, coalesce(SeriesInstanceUID, ''), coalesce(SOPInstanceUID, ''),
  coalesce(FrameNumber, 0)
) WHERE scope <> 'lesion';
CREATE INDEX label_head_by_study ON label_head (StudyInstanceUID);
CREATE INDEX label_head_by_definition ON label_head (definition_id);
CREATE TRIGGER label_revision_head AFTER INSERT ON label_revision
  BEGIN
    INSERT INTO label_head (label_id, revision, reader_id, definition_id, scope, StudyInstanceUID, SeriesInstanceUID,
      SOPInstanceUID, FrameNumber, value, is_retracted)
    VALUES (NEW.label_id, NEW.revision, NEW.reader_id, NEW.definition_id, NEW.scope, NEW.StudyInstanceUID,
      NEW.SeriesInstanceUID, NEW.SOPInstanceUID, NEW.FrameNumber, NEW.value, NEW.is_retracted)
    ON CONFLICT (label_id) DO UPDATE SET revision = excluded.revision, SeriesInstanceUID = excluded.SeriesInstanceUID,
      SOPInstanceUID = excluded.SOPInstanceUID, FrameNumber = excluded.FrameNumber, value = excluded.value,
      is_retracted = excluded.is_retracted;
  END;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  ts_utc TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  entity TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
${appendOnly('audit')}
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
  WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM audit), 0)
    OR NEW.prev_hash <> coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '')
  BEGIN SELECT RAISE(ABORT, 'audit entries follow each other'); END;
`;

const runs = `
CREATE TABLE snapshot (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  summary TEXT NOT NULL,
  recipe TEXT NOT NULL
) STRICT;
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  snapshot_id TEXT NOT NULL,
  status TEXT NOT NULL,
  config TEXT NOT NULL,
  folds INTEGER,
  job_id TEXT,
  model_id TEXT,
  seconds REAL NOT NULL DEFAULT 0,
  hint TEXT,
  error TEXT,
  preview TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL
) STRICT;
-- fold 0: a run without folds
CREATE TABLE run_epoch (
  run_id TEXT NOT NULL REFERENCES run (id),
  fold INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  epoch_row TEXT NOT NULL,
  PRIMARY KEY (run_id, fold, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE model (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  card TEXT NOT NULL,
  path TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  run_id TEXT,
  snapshot_id TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE evaluation (
  id TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES model (id),
  snapshot_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  evaluation TEXT NOT NULL
) STRICT;
CREATE INDEX evaluation_by_model ON evaluation (model_id, created_at);
CREATE TABLE evaluation_case (
  evaluation_id TEXT NOT NULL REFERENCES evaluation (id),
  position INTEGER NOT NULL,
  true_class TEXT NOT NULL,
  predicted_class TEXT NOT NULL,
  true_score REAL NOT NULL,
  case_value TEXT NOT NULL,
  PRIMARY KEY (evaluation_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE test_look (
  seq INTEGER PRIMARY KEY,
  model_id TEXT NOT NULL,
  snapshot_id TEXT NOT NULL,
  split TEXT NOT NULL,
  ts_utc TEXT NOT NULL
) STRICT;
CREATE INDEX test_look_by_model ON test_look (model_id, snapshot_id, split);
${appendOnly('test_look')}
CREATE TABLE prediction (
  id TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES model (id),
  SOPInstanceUID TEXT NOT NULL REFERENCES instance (SOPInstanceUID),
  FrameNumber INTEGER NOT NULL,
  -- '': the whole image
  lesion_label_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  prediction TEXT NOT NULL,
  cam_grid BLOB,
  UNIQUE (model_id, SOPInstanceUID, FrameNumber, lesion_label_id)
) STRICT;
CREATE INDEX prediction_by_instance ON prediction (SOPInstanceUID);
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  job TEXT NOT NULL
) STRICT;
CREATE INDEX job_by_time ON job (created_at);
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`;

export const initialSchema = catalogue + truth + runs;
