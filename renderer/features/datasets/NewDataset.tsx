import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { useJob } from '../../client/jobs.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { navigate } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { RecipeForm } from './RecipeForm.tsx';
import { commonModality, defaultRecipe, recipeGap } from './recipeDefaults.ts';
import { useSettled } from './useSettled.ts';

const Created = z.object({ snapshot: z.string() });

/** Choose what to learn, see at once what that would give, freeze it. */
export function NewDataset({ wantedTarget }: { wantedTarget: string | undefined }): ReactNode {
  const definitions = useQueryOf('definitions.list', {});
  const worklist = useQueryOf('worklist.list', {});
  const [changed, setChanged] = useState<DatasetRecipe>();
  const [jobId, setJobId] = useState<string>();
  const create = useCommand('datasets.create');
  const job = useJob(jobId);
  const targets = (definitions.data?.definitions ?? []).filter(
    ({ isRetired, values, number }) => !isRetired && (values.length > 1 || number !== undefined),
  );
  const modality = commonModality((worklist.data?.rows ?? []).map((row) => row.modality));
  const wanted = changed?.target ?? wantedTarget;
  const hasLesions = worklist.data?.rows.some(({ lesions }) => lesions > 0) ?? false;
  const target =
    targets.find(({ name }) => name === wanted) ??
    targets.find(({ scope }) => hasLesions && scope === 'lesion') ??
    targets[0];
  const recipe =
    changed ?? (target && worklist.data ? defaultRecipe(target, target.modalities[0] ?? modality) : undefined);
  const asked = useSettled(recipe, 250);
  const gap = recipe && recipeGap(recipe);
  const preview = useQueryOf('datasets.preview', asked ?? { target: 'none' }, {
    enabled: asked !== undefined && recipeGap(asked) === undefined,
    keepPrevious: true,
    staleTimeMs: 0,
  });
  const isDone = job?.status === 'done';
  const result = job?.result;
  useEffect(() => {
    if (isDone) navigate('datasets', [Created.parse(result).snapshot]);
  }, [isDone, result]);
  const isWorking = create.isRunning || (job !== undefined && (job.status === 'queued' || job.status === 'running'));
  const freeze = async (): Promise<void> => {
    if (!recipe) return;
    const started = await create.run(recipe);
    setJobId(started?.jobId);
  };
  const isSettled = asked === recipe && !preview.isFetching;
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>New dataset</h1>
          <p>Nothing is written until you freeze it.</p>
        </div>
        <div className="row">
          <Button onClick={() => navigate('datasets')}>Cancel</Button>
          <Button
            tone="primary"
            icon="lock"
            isBusy={isWorking}
            disabled={!preview.data || preview.isError || gap !== undefined || !isSettled}
            onClick={() => void freeze()}
          >
            Freeze
          </Button>
        </div>
      </header>
      {isWorking ? (
        <div className="stack dataset-progress" role="status">
          <ProgressBar label="Freezing" fraction={job?.progress.fraction} />
          <p className="dim">{job?.progress.message || 'Freezing the dataset'}</p>
        </div>
      ) : null}
      {job?.status === 'failed' ? <ErrorState text={`Nothing was frozen. ${job.error?.message ?? ''}`} /> : null}
      {definitions.data && targets.length === 0 ? (
        <EmptyState icon="datasets" title="There is nothing to learn yet">
          <p>
            A dataset needs a question with at least two answers, or with a number for its answer. Define one in
            Settings, then label some images.
          </p>
        </EmptyState>
      ) : null}
      {recipe && target ? (
        <div className="new-dataset">
          <RecipeForm
            recipe={recipe}
            targets={targets}
            target={target}
            onChange={setChanged}
            onChooseTarget={(next) => setChanged(defaultRecipe(next, modality))}
          />
          <PreviewPanel
            recipe={recipe}
            preview={preview.data}
            problem={gap ?? (preview.error ? errorText(preview.error) : undefined)}
            isAsking={preview.isFetching}
            definitions={targets}
          />
        </div>
      ) : null}
    </div>
  );
}
