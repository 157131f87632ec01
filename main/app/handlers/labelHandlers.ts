import type { Parsed } from '../../contract/define.ts';
import type { AppHandlers } from '../../contract/index.ts';
import type { Label, labelMethods } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import type { SeriesInstanceUid } from '../../domain/ids.ts';
import type { AppContext } from '../context.ts';
import { exportLabels } from '../labels/exportLabels.ts';
import { importLabels } from '../labels/importLabels.ts';

type LabelHandlers = Pick<AppHandlers, keyof typeof labelMethods>;

export function labelHandlers(context: AppContext): LabelHandlers {
  const { truth } = context.store;
  const changed = (label: Label): Label => {
    context.announce('labels.changed', { seriesInstanceUids: seriesOf(context, label) });
    return label;
  };
  return {
    'readers.list': () => ({ readers: [...truth.readers()] }),
    'readers.create': ({ name }) => truth.createReader(name),
    'definitions.list': () => ({ definitions: [...truth.definitions()] }),
    'definitions.save': (definition) => {
      const saved = truth.saveDefinition(definition);
      context.announce('definitions.changed', {});
      return saved;
    },
    'labels.list': ({ seriesInstanceUid }) => ({ labels: [...truth.labelsOfSeries(seriesInstanceUid)] }),
    'labels.save': (input) => changed(truth.saveLabel(withKnownTarget(context, input))),
    'labels.retract': (input) => changed(truth.retractLabel(input)),
    'labels.history': ({ labelId }) => ({ revisions: [...truth.history(labelId)] }),
    'labels.import': ({ path, positive }) => {
      const job = context.jobs.start({
        kind: 'labels-import',
        title: 'Import labels',
        run: (job) => importLabels(context, path, positive, job),
      });
      return { jobId: job.id };
    },
    'labels.export': ({ out }) => exportLabels(context.store, out),
  };
}

type SaveInput = Parsed<(typeof labelMethods)['labels.save']>;

/** A label on something the workspace does not hold could never be shown or used. */
function withKnownTarget({ store }: AppContext, input: SaveInput): SaveInput {
  const { target } = input;
  if (!store.catalogue.hasStudy(target.studyInstanceUid))
    throw new AppError('unknown-target', 'the study is not in this workspace');
  if (target.seriesInstanceUid && store.catalogue.studyOfSeries(target.seriesInstanceUid) !== target.studyInstanceUid)
    throw new AppError('unknown-target', 'the series is not part of that study in this workspace');
  if (!target.sopInstanceUid) return input;
  const instance = store.catalogue.targetBySop(target.sopInstanceUid);
  if (!instance || instance.seriesInstanceUid !== target.seriesInstanceUid)
    throw new AppError('unknown-target', 'the image is not part of that series in this workspace');
  if ((target.frameNumber ?? 1) > instance.frameCount)
    throw new AppError('unknown-target', `the image has ${instance.frameCount} frames`);
  return input;
}

function seriesOf({ store }: AppContext, label: Label): SeriesInstanceUid[] {
  if (label.target.seriesInstanceUid) return [label.target.seriesInstanceUid];
  const targets = store.catalogue.targetsOfStudy(label.target.studyInstanceUid);
  return [...new Set(targets.map((target) => target.seriesInstanceUid as SeriesInstanceUid))];
}
