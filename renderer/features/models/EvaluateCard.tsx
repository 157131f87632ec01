import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { z } from 'zod';
import { viewCount, viewGaps, viewPresets } from '../../../main/contract/testTimeAugmentation.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { useJob, useJobs } from '../../client/jobs.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount, formatTime } from '../../components/format.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { Select } from '../../components/Select.tsx';
import { refusalAdvice } from './evaluationWords.ts';
import type { ModelSummary } from './modelSummary.ts';

const Evaluated = z.object({ evaluationId: z.string() });

const splits = [
  { value: 'test', title: 'test part' },
  { value: 'val', title: 'validation part' },
  { value: 'train', title: 'training part' },
] as const;

interface EvaluateCardProps {
  readonly model: ModelSummary;
  /** Nothing has been tested yet. */
  readonly isFirst: boolean;
  readonly onDone: (evaluationId: string) => void;
}

/** Tests the model on its own held-out cases or on another dataset, and says why where that is refused. */
export function EvaluateCard({ model, isFirst, onDone }: EvaluateCardProps): ReactNode {
  const snapshots = useQueryOf('datasets.list', {}).data?.snapshots ?? [];
  const [chosen, setChosen] = useState<string>();
  const [split, setSplit] = useState<'test' | 'val' | 'train'>('test');
  const [viewsId, setViewsId] = useState('none');
  const card = useQueryOf('models.get', { modelId: model.id }).data?.card;
  const [jobId, setJobId] = useState<string>();
  const evaluate = useCommand('models.evaluate');
  const running = useJobs().find(({ kind, subjectId }) => kind === 'evaluation' && subjectId === model.id);
  const started = useJob(jobId);
  const job = started ?? (running && ['queued', 'running'].includes(running.status) ? running : undefined);
  const done = useEffectEvent(onDone);
  const status = job?.status;
  const result = job?.result;
  useEffect(() => {
    if (status === 'done') done(Evaluated.parse(result).evaluationId);
  }, [status, result]);
  const snapshotId = chosen ?? model.snapshotId ?? snapshots[0]?.id;
  const snapshot = snapshots.find(({ id }) => id === snapshotId);
  // Of its own dataset the model has seen all but the test part.
  const isOwn = snapshotId === model.snapshotId;
  const gapOf = ({ views }: (typeof viewPresets)[number]): string | undefined =>
    views && card ? viewGaps(views, card, card.augmentation)[0] : undefined;
  const refused = viewPresets.map(gapOf).find((gap) => gap !== undefined);
  const chosenViews = viewPresets.find(({ id }) => id === viewsId);
  const tta = chosenViews?.views;
  const isWorking = evaluate.isRunning || status === 'queued' || status === 'running';
  const go = async (): Promise<void> => {
    if (snapshotId)
      setJobId(
        (
          await evaluate.run({
            ...{ modelId: model.id, snapshotId, split: isOwn ? 'test' : split },
            ...(tta ? { tta } : {}),
          })
        )?.jobId,
      );
  };
  const advice = job?.error ? refusalAdvice(job.error.code) : undefined;
  return (
    <Card title={isFirst ? 'Not tested yet' : 'Test again'}>
      <div className="stack">
        {isFirst ? <p>Test it on patients it has never seen: only that says what it is worth.</p> : null}
        <Select
          label="Dataset"
          value={snapshotId ?? ''}
          options={snapshots.map(({ id, target, cases, folds, createdAt }) => ({
            value: id,
            title: `${id === model.snapshotId ? 'its own: ' : ''}${target}, ${formatAmount(cases, 'case')}${folds ? `, ${folds} folds` : ''}, ${formatTime(createdAt)}`,
          }))}
          onChange={setChosen}
        />
        {snapshot && !isOwn && snapshot.folds === undefined ? (
          <Select label="Part" value={split} options={splits} onChange={setSplit} />
        ) : null}
        <Select
          label="Views of each picture"
          value={viewsId}
          options={viewPresets
            .filter((preset) => gapOf(preset) === undefined)
            .map(({ id, title, views }) => ({
              value: id,
              title: views ? `${title}: mean of ${viewCount(views)}` : title,
            }))}
          onChange={setViewsId}
          hint={[
            chosenViews?.reason,
            tta ? `Takes ${viewCount(tta)} times as long.` : undefined,
            refused && `Not mirrored: ${refused}`,
          ]
            .filter(Boolean)
            .join(' ')}
        />
        <div className="row">
          <Button
            tone={isFirst ? 'primary' : 'plain'}
            icon="play"
            isBusy={isWorking}
            disabled={!snapshotId}
            onClick={() => void go()}
          >
            Evaluate
          </Button>
          <span className="dim">Each look at a test part is counted.</span>
        </div>
        {isWorking ? (
          <div className="stack" role="status">
            <ProgressBar label="Evaluating" fraction={job?.progress.fraction} />
            <p className="dim">{job?.progress.message || 'starting'}</p>
          </div>
        ) : null}
        {job?.error ? <ErrorState text={[job.error.message, advice].filter(Boolean).join(' ')} /> : null}
      </div>
    </Card>
  );
}
