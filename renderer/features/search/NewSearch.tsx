import { type ReactNode, useState } from 'react';
import type { HeadKind, TrainingConfig } from '../../../main/contract/training.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { formatAmount, formatTime } from '../../components/format.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { navigate } from '../../components/navigation.ts';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { heads, headTitles } from './searchWords.ts';

/** The few choices of a search; ranges are wide enough to be left alone. */
export function NewSearch({ snapshotId }: { snapshotId: string | undefined }): ReactNode {
  const { data } = useQueryOf('datasets.list', {});
  const architectures = useQueryOf('training.architectures', {}).data?.architectures ?? [];
  const models = useQueryOf('models.list', {}).data?.models ?? [];
  const start = useCommand('search.start');
  const [chosen, setChosen] = useState<string>();
  const [architecture, setArchitecture] = useState<TrainingConfig['architecture']>('resnet18');
  const [backbone, setBackbone] = useState('random');
  const [wanted, setWanted] = useState<readonly HeadKind[]>(heads);
  const [trials, setTrials] = useState(40);
  const [seed, setSeed] = useState(1);
  const snapshots = (data?.snapshots ?? []).filter(({ folds }) => folds === undefined);
  const given = snapshots.some(({ id }) => id === snapshotId) ? snapshotId : undefined;
  const snapshot = chosen ?? given ?? snapshots[0]?.id;
  if (data && snapshots.length === 0)
    return (
      <EmptyState icon="datasets" title="No dataset with one split">
        <p>
          In folds every patient tests once, so a search there would look at test patients. Freeze a dataset with one
          split to search on.
        </p>
        <Button onClick={() => navigate('datasets', ['new'])}>New dataset</Button>
      </EmptyState>
    );
  const toggle = (head: HeadKind) => (isOn: boolean) =>
    setWanted(heads.filter((each) => (each === head ? isOn : wanted.includes(each))));
  const search = async (): Promise<void> => {
    if (!snapshot) return;
    const request = { kind: 'settings' as const, snapshot, architecture, backbone, trials, seed };
    const started = await start.run({ ...request, space: { heads: [...wanted] } });
    if (started) navigate('search', [started.searchId]);
  };
  return (
    <Card title="New search">
      <form className="search-form" aria-label="New search" onSubmit={(event) => event.preventDefault()}>
        <Select
          label="Dataset"
          value={snapshot ?? ''}
          options={snapshots.map(({ id, target, cases, size, createdAt }) => ({
            value: id,
            title: `${target}: ${formatAmount(cases, 'case')}, ${size} px, ${formatTime(createdAt)}`,
          }))}
          onChange={setChosen}
          hint="Datasets with one split; in folds every patient tests once."
        />
        <Select
          label="Base to freeze"
          value={backbone}
          options={[
            { value: 'random', title: 'random weights' },
            ...models.map(({ id, name }) => ({ value: id, title: name })),
          ]}
          onChange={setBackbone}
          hint="A model must not have seen the patients of the test part; that is checked."
        />
        {backbone === 'random' ? (
          <Select
            label="Architecture"
            value={architecture}
            options={architectures.map(({ id, title }) => ({ value: id, title }))}
            onChange={setArchitecture}
          />
        ) : null}
        <NumberField
          label="Settings to try"
          value={trials}
          minimum={2}
          maximum={500}
          onChange={(count) => Number.isInteger(count) && setTrials(count)}
          hint="Each first on a ninth of the work; the best third goes on."
        />
        <NumberField
          label="Seed"
          value={seed}
          minimum={0}
          onChange={(value) => Number.isInteger(value) && setSeed(value)}
          hint="The same seed tries the same settings."
        />
        <fieldset className="search-heads">
          <legend>Heads to try</legend>
          {heads.map((head) => (
            <Switch key={head} label={headTitles[head]} isOn={wanted.includes(head)} onChange={toggle(head)} />
          ))}
        </fieldset>
        <Button
          tone="primary"
          icon="search"
          isBusy={start.isRunning}
          disabled={!snapshot || wanted.length === 0}
          onClick={() => void search()}
        >
          Search
        </Button>
      </form>
    </Card>
  );
}
