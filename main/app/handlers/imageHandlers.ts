import type { imageMethods } from '../../contract/images.ts';
import type { AppHandlers } from '../../contract/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import { FrameCache } from '../images/frameCache.ts';
import { framePixels } from '../images/framePixels.ts';
import { identifyFile } from '../images/identifyFile.ts';
import { refuseOtherContent } from '../images/import/checkFiles.ts';
import { presentationStates } from '../images/presentationStates.ts';
import { seriesDetail } from '../images/seriesDetail.ts';
import { stacksOf } from '../images/stacksOf.ts';
import { thumbnailOf } from '../images/thumbnailOf.ts';
import { worklistRows } from '../images/worklistRows.ts';

export function imageHandlers(context: AppContext): Pick<AppHandlers, keyof typeof imageMethods> {
  const { catalogue } = context.store;
  const frames = new FrameCache(context.imaging);
  return {
    'worklist.list': async ({ readerId, includeRemoved }, { signal }) => ({
      rows: await worklistRows(context, { includeRemoved, ...(readerId === undefined ? {} : { readerId }) }, signal),
    }),
    'series.get': ({ seriesInstanceUid, readerId }) => {
      const stored = catalogue.seriesByUid(seriesInstanceUid);
      const row = context.store.worklistRow(seriesInstanceUid, readerId);
      if (!stored || !row) throw new AppError('not-found', 'the series is not in this workspace');
      return seriesDetail({
        row,
        series: stored.series,
        patient: stored.patient,
        instances: catalogue.instancesOfSeries(seriesInstanceUid).map(({ facts }) => facts),
        stacks: stacksOf(context.store, seriesInstanceUid),
        findings: catalogue.findings({ seriesInstanceUid }),
      });
    },
    'series.remove': ({ seriesInstanceUid, reason }) => {
      catalogue.removeSeries(seriesInstanceUid, reason);
      context.announce('worklist.changed', {});
      return {};
    },
    'series.restore': ({ seriesInstanceUid }) => {
      catalogue.restoreSeries(seriesInstanceUid);
      context.announce('worklist.changed', {});
      return {};
    },
    'frames.get': async ({ sopInstanceUid, frameNumber }, { signal }) => {
      const instance = catalogue.instanceBySop(sopInstanceUid);
      if (!instance) throw new AppError('not-found', 'the image is not in this workspace');
      await refuseOtherContent(context, sopInstanceUid, signal);
      const frame = await frames.get(instance.facts, frameNumber, signal);
      return framePixels(frame, instance.facts);
    },
    'presentations.list': ({ seriesInstanceUid }, { signal }) => presentationStates(context, seriesInstanceUid, signal),
    'series.thumbnail': ({ seriesInstanceUid, size }, { signal }) =>
      thumbnailOf(context, seriesInstanceUid, size, signal),
    'images.identify': (file) => identifyFile(context, file),
    'findings.list': ({ seriesInstanceUid }) => ({
      findings: [...catalogue.findings(seriesInstanceUid === undefined ? {} : { seriesInstanceUid })],
    }),
  };
}
