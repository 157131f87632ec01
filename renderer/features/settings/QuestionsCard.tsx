import { type ReactNode, useState } from 'react';
import type { LabelDefinition } from '../../../main/contract/labels.ts';
import { scaleText } from '../../../main/domain/numberAnswer.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { DefinitionEditor } from '../../components/DefinitionEditor.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';

export function QuestionsCard(): ReactNode {
  const { data } = useQueryOf('definitions.list', {});
  const save = useCommand('definitions.save');
  const [editing, setEditing] = useState<LabelDefinition | 'new'>();
  const columns: readonly Column<LabelDefinition>[] = [
    { id: 'name', title: 'Question', cell: ({ name, isRetired }) => (isRetired ? `${name} (retired)` : name) },
    {
      id: 'scope',
      title: 'About',
      cell: ({ scope, modalities }) => (modalities.length > 0 ? `${scope}, ${modalities.join(', ')}` : scope),
    },
    {
      id: 'values',
      title: 'Answers and keys',
      cell: ({ values, number }) => (
        <span className="badges">
          {number ? `a number, ${scaleText(number)}` : null}
          {values.map(({ value, colour, key }) => (
            <Badge key={value} colour={colour}>
              {value} {key ? <kbd>{key}</kbd> : null}
            </Badge>
          ))}
        </span>
      ),
    },
    { id: 'positive', title: 'Positive', cell: ({ values, positiveValue }) => positiveValue ?? values.at(-1)?.value },
    {
      id: 'actions',
      title: '',
      cell: (definition) => (
        <span className="row">
          <Button onClick={() => setEditing(definition)}>Change</Button>
          <Button tone="quiet" onClick={() => void save.run({ ...definition, isRetired: !definition.isRetired })}>
            {definition.isRetired ? 'Use again' : 'Retire'}
          </Button>
        </span>
      ),
    },
  ];
  const definitions = data?.definitions ?? [];
  return (
    <Card
      title="Label protocol"
      actions={
        <Button icon="plus" onClick={() => setEditing('new')}>
          New question
        </Button>
      }
    >
      {data && definitions.length === 0 ? (
        <EmptyState icon="worklist" title="No question yet">
          A question has a name, what it is about, and its answers with a colour and a key each.
        </EmptyState>
      ) : (
        <DataTable label="Questions" columns={columns} rows={definitions} keyOf={({ id }) => id} />
      )}
      {editing ? (
        <DefinitionEditor
          {...(editing === 'new' ? {} : { definition: editing })}
          isBusy={save.isRunning}
          onClose={() => setEditing(undefined)}
          onSave={async (draft) => {
            if (await save.run(draft)) setEditing(undefined);
          }}
        />
      ) : null}
    </Card>
  );
}
