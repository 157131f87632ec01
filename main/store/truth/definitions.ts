import { LabelDefinition } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { numberProblem } from '../../domain/numberAnswer.ts';
import { newId } from '../newId.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WriteAudit } from './openAudit.ts';
import type { DefinitionInput, Definitions } from './truth.ts';

interface DefinitionRow {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly label_values: string;
  readonly positive_value: string | null;
  readonly number: string | null;
  readonly modalities: string;
  readonly is_retired: number;
}

const definitionOf = (row: DefinitionRow): LabelDefinition =>
  LabelDefinition.parse({
    id: row.id,
    name: row.name,
    scope: row.scope,
    values: JSON.parse(row.label_values),
    ...(row.positive_value !== null && { positiveValue: row.positive_value }),
    ...(row.number !== null && { number: JSON.parse(row.number) }),
    modalities: JSON.parse(row.modalities),
    isRetired: row.is_retired === 1,
  });

function checkDefinition(input: DefinitionInput): void {
  const values = input.values.map(({ value }) => value);
  if ((input.number === undefined) === (values.length === 0)) {
    throw new AppError('invalid-input', 'A label has either values or a number for its answer.');
  }
  if (input.number && !(input.number.minimum < input.number.maximum)) {
    throw new AppError('invalid-input', 'The range of a number goes from less to more.');
  }
  if (new Set(values).size < values.length) {
    throw new AppError('invalid-input', 'The values of a label must differ from each other.');
  }
  if (input.positiveValue !== undefined && !values.includes(input.positiveValue)) {
    throw new AppError('invalid-input', 'The positive value is not one of the values.');
  }
}

export function definitionTable(db: Db, writeAudit: WriteAudit): Definitions {
  const selectAll = db.prepare<[], DefinitionRow>('SELECT * FROM label_definition ORDER BY created_at, name');
  const selectById = db.prepare<[string], DefinitionRow>('SELECT * FROM label_definition WHERE id = ?');
  const selectByName = db.prepare<[string], DefinitionRow>('SELECT * FROM label_definition WHERE name = ?');
  // Every revision counts, retracted and overruled ones too: the history must stay readable.
  const selectUsed = db
    .prepare<[string], string>('SELECT DISTINCT value FROM label_revision WHERE definition_id = ?')
    .pluck();
  const write = db.prepare(
    `INSERT INTO label_definition (id, name, scope, label_values, positive_value, number, modalities, is_retired, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, label_values = excluded.label_values,
       positive_value = excluded.positive_value, number = excluded.number, modalities = excluded.modalities, is_retired = excluded.is_retired`,
  );

  function checkChange(before: LabelDefinition, after: LabelDefinition): void {
    if (before.scope !== after.scope) throw new AppError('conflict', 'The scope of a label cannot change.');
    const kept = new Set(after.values.map(({ value }) => value));
    const { number } = after;
    const isKept = (value: string) => (number ? numberProblem(value, number) === undefined : kept.has(value));
    const used = selectUsed.all(after.id);
    if (used.length > 0 && before.number && number && before.number.unit !== number.unit)
      throw new AppError('conflict', 'The unit of a number that was answered cannot change.');
    const lost = used.find((value) => !isKept(value));
    if (lost !== undefined) throw new AppError('conflict', `The value '${lost}' is in use and cannot be taken away.`);
  }

  function save(input: DefinitionInput): LabelDefinition {
    const existing = input.id === undefined ? undefined : selectById.get(input.id);
    if (input.id !== undefined && existing === undefined) throw new AppError('not-found', 'There is no such label.');
    const before = existing && definitionOf(existing);
    const after: LabelDefinition = {
      ...input,
      id: input.id ?? newId('label-definition'),
      modalities: [...new Set(input.modalities ?? before?.modalities ?? [])],
    };
    const namesake = selectByName.get(after.name);
    if (namesake !== undefined && namesake.id !== after.id) {
      throw new AppError('conflict', 'There is a label of this name already.');
    }
    if (before) checkChange(before, after);
    const { id, name, scope, values, positiveValue, number, modalities, isRetired } = after;
    const scale = number ? JSON.stringify(number) : null;
    const flags = [
      positiveValue ?? null,
      scale,
      JSON.stringify(modalities),
      isRetired ? 1 : 0,
      new Date().toISOString(),
    ];
    write.run(id, name, scope, JSON.stringify(values), ...flags);
    const action = before ? 'definition.changed' : 'definition.created';
    writeAudit({ action, entity: `definition/${id}`, before, after });
    return after;
  }

  return {
    definitions: () => selectAll.all().map(definitionOf),
    definition: (idOrName) => {
      const row = selectById.get(idOrName) ?? selectByName.get(idOrName);
      return row && definitionOf(row);
    },
    saveDefinition(input) {
      checkDefinition(input);
      return transact(db, () => save(input));
    },
  };
}
