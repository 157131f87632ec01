import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AppHandlers } from '../../contract/index.ts';
import { sliceGap } from '../../contract/training/sliceGap.ts';
import { startingGap } from '../../contract/training/startingGap.ts';
import { taskGap } from '../../contract/training/taskGap.ts';
import { TrainingConfig, type trainingMethods } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { readSnapshotIndex, snapshotSummary } from '../../learning/dataset/openSnapshot.ts';
import { architectures } from '../../learning/network/architectures/registry.ts';
import { parameterCount } from '../../learning/network/network.ts';
import { refuseAugmentation } from '../../learning/training/augmentation/previewAugmentation.ts';
import { planTraining } from '../../learning/training/plan/planTraining.ts';
import { newId } from '../../store/newId.ts';
import type { AppContext } from '../context.ts';
import { automaticDevice } from '../devices/deviceOverview.ts';
import { ActiveRuns } from '../learning/activeRuns.ts';
import { manifestOf, runDevice } from '../learning/runDevice.ts';
import { runInWorker } from '../learning/runInWorker.ts';
import { snapshotFingerprint } from '../learning/snapshotFingerprint.ts';
import { type TrainJob, trainJob } from '../learning/trainJob.ts';

export function trainingHandlers(context: AppContext): Pick<AppHandlers, keyof typeof trainingMethods> {
  const { runs } = context.store;
  const active = new ActiveRuns();
  const start = (training: TrainJob, title: string): string =>
    context.jobs.start({
      kind: 'training',
      title,
      subjectId: training.runId,
      run: (job) => trainJob(context, active, training, job),
      leftQueue: () => {
        runs.changeRun(training.runId, { status: 'interrupted' });
        context.announce('runs.changed', { runId: training.runId, status: 'interrupted' });
      },
    }).id;
  const jobOf = (runId: string) => context.jobs.active.find((job) => job.subjectId === runId);
  return {
    'training.architectures': () => ({ architectures: architectureList() }),
    'training.plan': async ({ snapshotId, measured, ...wishes }) => {
      const { summary, detail } = snapshotOf(context, snapshotId);
      const plan = planTraining(snapshotFingerprint(context.store, detail), {
        ...wishes,
        stages: stagesOf(context, wishes.backbone),
      });
      if (!measured) return plan;
      const backbonePath = backbonePathOf(context, plan.config.backbone);
      const trial = {
        snapshotDirectory: summary.path,
        config: plan.config,
        automaticDevice: automaticDevice(),
        ...(backbonePath === undefined ? {} : { backbonePath }),
      };
      return { ...plan, estimate: await runInWorker(context, 'measureTraining', trial) };
    },
    'training.findRate': ({ config, range }) => {
      const { summary } = startable(context, config);
      if (config.head !== 'dense')
        throw new AppError('invalid-input', 'This head is fitted in one go: it has no learning rate to search.');
      const backbonePath = backbonePathOf(context, config.backbone);
      const search = {
        ...{ snapshotDirectory: summary.path, config, range, automaticDevice: automaticDevice() },
        ...(backbonePath === undefined ? {} : { backbonePath }),
      };
      const job = context.jobs.start({
        kind: 'rate-search',
        title: `Learning rate for ${summary.target}`,
        subjectId: summary.id,
        run: ({ signal, progress }) => runInWorker(context, 'findRate', search, { signal, onProgress: progress }),
      });
      return { jobId: job.id };
    },
    'runs.start': (asked) => {
      // A head that is fitted in one go counts as one epoch wherever epochs are counted.
      const config = asked.head === 'dense' ? asked : { ...asked, epochs: 1, warmUpEpochs: 0 };
      const { summary } = startable(context, config);
      const runId = newId('run');
      const name = `${summary.target} ${config.architecture} ${runs.runs().length + 1}`;
      const backbonePath = backbonePathOf(context, config.backbone);
      runs.addRun({
        id: runId,
        name,
        snapshotId: summary.id,
        config,
        ...(summary.folds === undefined ? {} : { folds: summary.folds }),
      });
      const training = {
        ...{ runId, snapshotId: summary.id, snapshotDirectory: summary.path, config, resume: false },
        ...(backbonePath === undefined ? {} : { backbonePath }),
      };
      const jobId = start(training, `Train ${name}`);
      runs.changeRun(runId, { jobId });
      context.announce('runs.changed', { runId, status: 'queued' });
      return { runId, jobId };
    },
    'runs.resume': ({ runId }) => {
      const run = runOf(context, runId);
      if (jobOf(runId)) throw new AppError('run-active', 'This training is running, or waits for another one to end.');
      if (run.summary.status === 'finished') throw new AppError('conflict', 'This training has finished.');
      const { summary } = snapshotOf(context, run.summary.snapshotId);
      const config = TrainingConfig.parse(run.config);
      const backbonePath = backbonePathOf(context, config.backbone);
      // A run that never came to its first checkpoint has nothing to go on from: it starts again, with the same result.
      const resume = existsSync(join(context.store.workspace.runsFolder, runId, 'run.json'));
      const training = {
        ...{ runId, snapshotId: summary.id, snapshotDirectory: summary.path, config, resume },
        ...(backbonePath === undefined ? {} : { backbonePath }),
      };
      const jobId = start(training, `Train ${run.summary.name}`);
      runs.changeRun(runId, { jobId });
      return { jobId };
    },
    'runs.pause': async ({ runId }) => {
      const job = jobOf(runId);
      if (job?.status === 'queued') context.jobs.cancel(job.id);
      else await active.control(runId, 'pause');
      return {};
    },
    'runs.stop': async ({ runId }) => {
      await active.control(runId, 'stop');
      return {};
    },
    'runs.list': () => ({ runs: [...runs.runs()] }),
    'runs.get': ({ runId }) => {
      const run = runOf(context, runId);
      const device = runDevice(join(context.store.workspace.runsFolder, runId), run.config);
      const { lowerings } = manifestOf(join(context.store.workspace.runsFolder, runId)) ?? {};
      return { ...run, ...(device === undefined ? {} : { device }), ...(lowerings && { lowerings }) };
    },
  };
}

function runOf({ store }: AppContext, runId: string) {
  const run = store.runs.run(runId);
  if (!run) throw new AppError('not-found', 'There is no such training in this workspace.');
  return run;
}

/** The dataset of a configuration with which a training can start; `invalid-input` with the reason otherwise. */
function startable(context: AppContext, config: TrainingConfig) {
  const found = snapshotOf(context, config.snapshot);
  const gap = startingGap(config) ?? taskGap(config, found.summary.task) ?? sliceGap(config, found.summary.slices);
  if (gap) throw new AppError('invalid-input', gap);
  if (config.mode !== 'features') refuseAugmentation(config.augmentation, found.detail);
  return found;
}

/** A snapshot of this workspace, or a snapshot folder from elsewhere, which becomes known. */
export function snapshotOf({ store }: AppContext, idOrFolder: string) {
  const known = store.runs.snapshot(idOrFolder);
  if (known) return { summary: known.summary, detail: readSnapshotIndex(known.summary.path) };
  if (!existsSync(join(idOrFolder, 'manifest.json'))) throw new AppError('not-found', 'There is no such dataset.');
  const detail = readSnapshotIndex(idOrFolder);
  return { summary: store.runs.addSnapshot(snapshotSummary(detail), detail.manifest.recipe), detail };
}

export function backbonePathOf({ store }: AppContext, backbone: string): string | undefined {
  if (backbone === 'none' || backbone === 'random') return undefined;
  if (backbone === 'bundled')
    throw new AppError('no-bundled-backbone', 'No pretrained network ships with Groundglass yet.');
  const model = store.runs.model(backbone);
  if (model) return model.path;
  if (existsSync(backbone)) return backbone;
  throw new AppError('not-found', 'There is no such model to start from.');
}

/** Parameters as with one channel and two classes. */
function architectureList() {
  return architectures.map(({ id, title, description, build }) => {
    const network = build({ channels: 1, classes: 2, seed: 1, isBlank: true });
    return {
      id: TrainingConfig.shape.architecture.parse(id),
      title,
      description,
      parameters: parameterCount(network),
      stages: [...network.featureLayers],
    };
  });
}

/** Where a model of this workspace can be frozen; none where its architecture is not one of ours. */
function stagesOf({ store }: AppContext, backbone: string | undefined): readonly string[] {
  const architecture = backbone === undefined ? undefined : store.runs.model(backbone)?.summary.architecture;
  const known = architectures.find(({ id }) => id === architecture);
  return known?.build({ channels: 1, classes: 2, seed: 1, isBlank: true }).featureLayers ?? [];
}
