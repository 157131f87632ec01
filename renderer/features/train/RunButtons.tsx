import { type ReactNode, useState } from 'react';
import { searchGap } from '../../../main/contract/training/taskGap.ts';
import type { RunDetail } from '../../../main/contract/training.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { navigate } from '../../components/navigation.ts';
import { canResume } from './statusWords.ts';

/** What can be done with a training in its present state. */
export function RunButtons({ run }: { run: RunDetail }): ReactNode {
  const { id: runId, status, snapshotId, modelId } = run.summary;
  const [asked, setAsked] = useState<{ of: string; for: string }>();
  const pause = useCommand('runs.pause');
  const stop = useCommand('runs.stop');
  const resume = useCommand('runs.resume');
  const evaluate = useCommand('models.evaluate');
  const seeds = useCommand('search.start');
  // Seeds are compared by AUROC, which ordered grades have not.
  const snapshot = useQueryOf('datasets.list', {}).data?.snapshots.find(({ id }) => id === snapshotId);
  const isCompared = searchGap(snapshot?.task) === undefined;
  const repeat = async (): Promise<void> => {
    const started = await seeds.run({ kind: 'seeds', config: run.config, seeds: 5 });
    if (started) navigate('search', [started.searchId]);
  };
  const isWaiting = asked?.of === status;
  const ask = async (what: string, done: Promise<unknown>): Promise<void> => {
    setAsked({ of: status, for: what });
    if ((await done) === undefined) setAsked(undefined);
  };
  const test = async (): Promise<void> => {
    if (modelId === undefined) return;
    if (await evaluate.run({ modelId })) navigate('models', [modelId]);
  };
  if (status === 'running' || status === 'queued')
    return (
      <div className="row">
        {isWaiting ? <span className="dim">{asked.for} after this step ...</span> : null}
        <Button icon="pause" disabled={isWaiting} onClick={() => void ask('Pausing', pause.run({ runId }))}>
          Pause
        </Button>
        <Button icon="stop" disabled={isWaiting} onClick={() => void ask('Stopping', stop.run({ runId }))}>
          Stop and keep best
        </Button>
      </div>
    );
  return (
    <div className="row">
      {canResume(status, run.epochs.length) ? (
        <Button
          icon="play"
          tone={modelId === undefined ? 'primary' : 'plain'}
          isBusy={resume.isRunning}
          disabled={isWaiting}
          onClick={() => void ask('Going on', resume.run({ runId }))}
        >
          Resume
        </Button>
      ) : null}
      {status === 'failed' ? (
        <Button onClick={() => navigate('train', [], { snapshot: snapshotId })}>Plan another</Button>
      ) : null}
      {status === 'finished' && isCompared ? (
        <Button
          icon="search"
          isBusy={seeds.isRunning}
          title="Trains the same with five seeds: how much of a result is chance"
          onClick={() => void repeat()}
        >
          Other seeds
        </Button>
      ) : null}
      {modelId === undefined ? null : (
        <>
          <UseOnImages snapshotId={snapshotId} modelId={modelId} />
          <Button onClick={() => navigate('models', [modelId])}>Open the model</Button>
          <Button tone="primary" icon="models" isBusy={evaluate.isRunning} onClick={() => void test()}>
            Evaluate
          </Button>
        </>
      )}
    </div>
  );
}

/** Opens an image the network has not learned from, if there is one, with the model chosen. */
function UseOnImages({ snapshotId, modelId }: { snapshotId: string; modelId: string }): ReactNode {
  const { data } = useQueryOf('datasets.get', { snapshotId });
  const cases = data?.cases ?? [];
  const shown = cases.find(({ split, seriesInstanceUid }) => split === 'test' && seriesInstanceUid) ?? cases[0];
  const series = shown?.seriesInstanceUid;
  return (
    <Button
      icon="read"
      disabled={!series}
      onClick={() => series && shown && navigate('read', [series], { frame: shown.imageId, model: modelId })}
    >
      Use on images
    </Button>
  );
}
