import type { Label, LabelDefinition } from '../../contract/labels.ts';

/** A label with what the file tells beside it. */
export interface ExportedLabel {
  readonly label: Label;
  readonly patientId: string;
  readonly file?: string;
}

const header = [
  'reader',
  'scope',
  'patient_id',
  'file',
  'study_uid',
  'series_uid',
  'sop_uid',
  'frame',
  'label',
  'value',
  'unit',
  'minimum',
  'maximum',
  'geometry',
];

/** RFC 4180; leading and trailing white space is quoted so that it survives spreadsheets. */
function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Labels as a CSV that `labels import` takes: importing it over the same labels changes nothing, into an empty workspace
 * with the same images it gives the same labels. One line a label, in the order given; retracted ones are left out.
 */
export function formatLabelsCsv(
  labels: readonly ExportedLabel[],
  definitions: readonly Pick<LabelDefinition, 'id' | 'name' | 'number'>[],
): string {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const lineOf = ({ label, patientId, file }: ExportedLabel): string => {
    const { target, geometry } = label;
    const definition = byId.get(label.definitionId);
    if (definition === undefined) throw new Error(`no definition ${label.definitionId}`);
    const { number } = definition;
    const cells = [
      label.readerName,
      label.scope,
      patientId,
      file ?? '',
      target.studyInstanceUid,
      target.seriesInstanceUid ?? '',
      target.sopInstanceUid ?? '',
      target.frameNumber ?? '',
      definition.name,
      label.value,
      number?.unit ?? '',
      number?.minimum ?? '',
      number?.maximum ?? '',
      geometry === undefined ? '' : JSON.stringify(geometry),
    ];
    return cells.map((value) => cell(String(value))).join(',');
  };
  const kept = labels.filter(({ label }) => !label.isRetracted);
  return `${[header.join(','), ...kept.map(lineOf)].join('\n')}\n`;
}
