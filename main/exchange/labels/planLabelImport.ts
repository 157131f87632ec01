import type { Geometry, Label, LabelDefinition, LabelTarget, NumberScale, Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { type LabelCsvRow, type RejectedRow, valueOnScale } from './parseLabelsCsv.ts';
import { type DefinitionDraft, planDefinitions } from './planDefinitions.ts';
import { readGeometry, toImageSpace } from './readGeometry.ts';
import { labelTargetOf, resolveImage, type TargetLookup } from './resolveTarget.ts';

/** What the workspace holds before the import. */
export interface LabelImportContext {
  /** Current labels that are not retracted. */
  readonly current: readonly { readonly label: Label }[];
  readonly definitions: readonly LabelDefinition[];
  readonly readers: readonly { readonly name: string }[];
  readonly lookup: TargetLookup;
  /** The positive value of the labels that have it; absent: the last in alphabetical order. */
  readonly positive?: string;
}

/** One label to write. With `labelId` it revises that label, else it is new. */
export interface PlannedSave {
  readonly row: number;
  readonly readerName: string;
  readonly definitionName: string;
  readonly target: LabelTarget;
  readonly value: string;
  readonly geometry?: Geometry;
  readonly labelId?: string;
}

export interface LabelImportPlan {
  /** Names to create. */
  readonly newReaders: readonly string[];
  /** To create (without id) or to extend (with id) before the saves. */
  readonly definitions: readonly DefinitionDraft[];
  readonly saves: readonly PlannedSave[];
  readonly added: number;
  readonly revised: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedRow[];
}

interface Resolved {
  readonly save: PlannedSave;
  readonly scope: Scope;
  readonly key: string;
}

/** Lesions are told apart by their outline, other answers by what they are about; numbers as JSON writes them. */
function keyOf(
  readerName: string,
  definitionName: string,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameNumber }: LabelTarget,
  geometry: Geometry | undefined,
): string {
  const place = [studyInstanceUid, seriesInstanceUid ?? '', sopInstanceUid ?? '', frameNumber ?? 0];
  const outline = geometry && [geometry.type, geometry.space, geometry.points];
  return JSON.stringify([readerName, definitionName, place, outline ?? null]);
}

/** Where the row points at, with its outline in image coordinates. */
function resolve(row: LabelCsvRow, lookup: TargetLookup): Resolved {
  const { scope, reader: readerName, label: definitionName, value } = row;
  const read = row.geometry === undefined ? undefined : readGeometry(row.geometry);
  if (read !== undefined && scope !== 'lesion') throw new AppError('invalid-geometry', 'Only lesions have a geometry.');
  if (row.frame !== undefined && read?.frame !== undefined && row.frame !== read.frame) {
    throw new AppError('invalid-geometry', 'The row and its geometry name different frames.');
  }
  const image = resolveImage(row.target, scope, lookup);
  const target = labelTargetOf(image, scope, row.frame ?? read?.frame);
  const frame = target.frameNumber ?? 1;
  const plane = read?.geometry.space === 'patient' ? lookup.planeOf(image.sopInstanceUid, frame) : undefined;
  const geometry = read && { ...toImageSpace(read.geometry, plane), frame };
  const save = { row: row.row, readerName, definitionName, target, value, ...(geometry && { geometry }) };
  return { save, scope, key: keyOf(readerName, definitionName, target, geometry) };
}

function currentByKey({ current, definitions }: LabelImportContext): ReadonlyMap<string, Label> {
  const names = new Map(definitions.map(({ id, name }) => [id, name]));
  return new Map(
    current.map(({ label }) => [
      keyOf(label.readerName, names.get(label.definitionId) ?? '', label.target, label.geometry),
      label,
    ]),
  );
}

const sameScale = (a: NumberScale, b: NumberScale): boolean =>
  a.unit === b.unit && a.minimum === b.minimum && a.maximum === b.maximum;

/** The first row of a label decides whether its answers are numbers, where no question does. Throws `conflict`. */
class ScalesOfLabels {
  readonly #known: Map<string, NumberScale | undefined>;

  constructor(definitions: readonly LabelDefinition[]) {
    this.#known = new Map(definitions.map(({ name, number }) => [name, number]));
  }

  /** The row with its value as the question keeps it. */
  apply(row: LabelCsvRow): LabelCsvRow {
    if (!this.#known.has(row.label)) return row;
    const scale = this.#known.get(row.label);
    if (row.number && !(scale && sameScale(scale, row.number)))
      throw new AppError(
        'conflict',
        `The label '${row.label}' ${scale ? 'has another unit or range' : 'is no number'}.`,
      );
    return { ...row, value: valueOnScale(row.value, scale) };
  }

  accept({ label, number }: LabelCsvRow): void {
    if (!this.#known.has(label)) this.#known.set(label, number);
  }
}

/** Decides for each resolved row what it changes. */
class Planner {
  readonly saves: PlannedSave[] = [];
  unchanged = 0;
  readonly #current: ReadonlyMap<string, Label>;
  readonly #seen = new Map<string, PlannedSave>();

  constructor(context: LabelImportContext) {
    this.#current = currentByKey(context);
  }

  add({ save, scope, key }: Resolved): void {
    const twin = this.#seen.get(key);
    if (twin !== undefined) {
      if (scope === 'lesion' || twin.value !== save.value) {
        throw new AppError('duplicate-row', `Row ${twin.row} is about the same.`);
      }
      this.unchanged += 1;
      return;
    }
    this.#seen.set(key, save);
    const label = this.#current.get(key);
    if (label?.value === save.value) this.unchanged += 1;
    else this.saves.push(label === undefined ? save : { ...save, labelId: label.id });
  }
}

/**
 * What an import of these rows would do; changes nothing. The same file again plans no saves; a changed value is a
 * revision of the label that is there. Rejected: `unknown-target`, `ambiguous-target`, `invalid-geometry`,
 * `duplicate-row`, `invalid-value` (no number where one is asked for), `conflict` (a label with another scope, unit or range). Throws `invalid-value` where no label has `positive`.
 */
export function planLabelImport(rows: readonly LabelCsvRow[], context: LabelImportContext): LabelImportPlan {
  const planner = new Planner(context);
  const rejected: RejectedRow[] = [];
  const accepted: LabelCsvRow[] = [];
  const scopes = new Map<string, Scope>(context.definitions.map(({ name, scope }) => [name, scope]));
  const scales = new ScalesOfLabels(context.definitions);
  for (const given of rows) {
    try {
      const row = scales.apply(given);
      const scope = scopes.get(row.label) ?? row.scope;
      if (scope !== row.scope) throw new AppError('conflict', `The label '${row.label}' is about a ${scope}.`);
      planner.add(resolve(row, context.lookup));
      scopes.set(row.label, scope);
      scales.accept(row);
      accepted.push(row);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      rejected.push({ row: given.row, code: error.code, message: error.message });
    }
  }
  const known = new Set(context.readers.map(({ name }) => name));
  const revised = planner.saves.filter(({ labelId }) => labelId !== undefined).length;
  return {
    newReaders: [...new Set(accepted.map(({ reader }) => reader))].filter((name) => !known.has(name)),
    definitions: planDefinitions(accepted, context.definitions, context.positive),
    saves: planner.saves,
    added: planner.saves.length - revised,
    revised,
    unchanged: planner.unchanged,
    rejected,
  };
}
