import type { LabelDefinition } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { labelColour } from '../../domain/labelColours.ts';
import type { LabelCsvRow } from './parseLabelsCsv.ts';

/** A definition to save; with `id` an existing one that gains values or another positive value. */
export type DefinitionDraft = Omit<LabelDefinition, 'id'> & { readonly id?: string };

type NewValue = LabelDefinition['values'][number];

function newValue(value: string, position: number): NewValue {
  const colour = labelColour(position);
  return position < 9 ? { value, colour, key: String(position + 1) } : { value, colour };
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Classes sort; the last is positive unless `positive` is one of them. */
function create(row: LabelCsvRow, values: ReadonlySet<string>, positive: string | undefined): DefinitionDraft {
  const positiveValue = positive !== undefined && values.has(positive) ? positive : undefined;
  if (row.number)
    return { name: row.label, scope: row.scope, values: [], number: row.number, modalities: [], isRetired: false };
  return {
    name: row.label,
    scope: row.scope,
    values: [...values].sort(byCodePoint).map(newValue),
    ...(positiveValue !== undefined && { positiveValue }),
    modalities: [],
    isRetired: false,
  };
}

/** Undefined where the definition need not change. New values go to the end without becoming positive by that. */
function extend(
  definition: LabelDefinition,
  values: ReadonlySet<string>,
  positive: string | undefined,
): DefinitionDraft | undefined {
  if (definition.number) return undefined;
  const present = definition.values.map(({ value }) => value);
  const further = [...values].filter((value) => !present.includes(value)).sort(byCodePoint);
  const former = definition.positiveValue ?? present.at(-1);
  const isAsked = positive !== undefined && (present.includes(positive) || further.includes(positive));
  const positiveValue = isAsked ? positive : former;
  if (further.length === 0 && positiveValue === former) return undefined;
  const added = further.map((value, i) => newValue(value, present.length + i));
  const used = new Set(definition.values.map(({ key }) => key));
  const unclashing = added.map(({ key, ...value }) => (key === undefined || used.has(key) ? value : { ...value, key }));
  return {
    ...definition,
    values: [...definition.values, ...unclashing],
    ...(positiveValue !== undefined && { positiveValue }),
  };
}

/** Definitions that an import creates or extends. Errors: `invalid-value` where no label of the file has `positive`. */
export function planDefinitions(
  rows: readonly LabelCsvRow[],
  definitions: readonly LabelDefinition[],
  positive: string | undefined,
): readonly DefinitionDraft[] {
  const values = new Map<string, Set<string>>();
  const firstRows = new Map<string, LabelCsvRow>();
  for (const row of rows) {
    const ofLabel = values.get(row.label) ?? new Set<string>();
    values.set(row.label, ofLabel.add(row.value));
    if (!firstRows.has(row.label)) firstRows.set(row.label, row);
  }
  const existing = new Map(definitions.map((definition) => [definition.name, definition]));
  const drafts = [...firstRows.values()].map((row) => {
    const definition = existing.get(row.label);
    const ofLabel = values.get(row.label) ?? new Set<string>();
    return definition === undefined ? create(row, ofLabel, positive) : extend(definition, ofLabel, positive);
  });
  const hasPositive = (definition: LabelDefinition | undefined): boolean =>
    definition?.values.some(({ value }) => value === positive) ?? false;
  const isKnown = [...values].some(([name, ofLabel]) => ofLabel.has(positive ?? '') || hasPositive(existing.get(name)));
  if (positive !== undefined && rows.length > 0 && !isKnown) {
    throw new AppError('invalid-value', `No label of the file has the positive value '${positive}'.`);
  }
  return drafts.filter((draft) => draft !== undefined);
}
