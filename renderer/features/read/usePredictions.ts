import { useQueryClient } from '@tanstack/react-query';
import type { FrameRef } from '../../../main/contract/images.ts';
import type { Prediction } from '../../../main/contract/models.ts';
import { viewPresets } from '../../../main/contract/testTimeAugmentation.ts';
import type { SeriesInstanceUid } from '../../../main/domain/ids.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import type { HeatChoice } from './heat.ts';

const none: readonly Prediction[] = [];

/** Predictions of the chosen model on a series, kept up to date while a series job runs. */
export function useSeriesPredictions(
  seriesInstanceUid: SeriesInstanceUid | undefined,
  modelId: string | undefined,
): readonly Prediction[] {
  const isAsked = seriesInstanceUid !== undefined && modelId !== undefined;
  const input = { seriesInstanceUid: seriesInstanceUid ?? '', ...(modelId === undefined ? {} : { modelId }) };
  const { data } = useQueryOf('predictions.list', input, { enabled: isAsked });
  return isAsked ? (data?.predictions ?? none) : none;
}

/** Runs the chosen model on one frame, or on all of the series as a job. */
export function usePredict(seriesInstanceUid: SeriesInstanceUid | undefined, choice: HeatChoice) {
  const cache = useQueryClient();
  const one = useCommand('predictions.frame');
  const all = useCommand('predictions.series');
  const { modelId, method, className, views } = choice;
  const ttaOf = (id: string) => viewPresets.find((preset) => preset.id === id)?.views;
  const tta = ttaOf(views);
  const wanted = { cam: method, ...(className === undefined ? {} : { className }), ...(tta ? { tta } : {}) };
  const frame = async (at: FrameRef, change: Partial<HeatChoice> = {}, lesionLabelId?: string): Promise<void> => {
    const asked = 'className' in change ? change.className : className;
    const askedViews = ttaOf(change.views ?? views);
    if (!seriesInstanceUid || !modelId) return;
    const prediction = await one.run({
      modelId: change.modelId ?? modelId,
      sopInstanceUid: at.sopInstanceUid,
      frameNumber: at.frameNumber,
      cam: change.method ?? method,
      ...(asked === undefined ? {} : { className: asked }),
      ...(askedViews ? { tta: askedViews } : {}),
      ...(lesionLabelId === undefined ? {} : { lesionLabelId }),
    });
    if (!prediction) return;
    const key = ['predictions.list', { seriesInstanceUid, modelId: prediction.modelId }];
    cache.setQueryData<{ predictions: readonly Prediction[] }>(key, (list) => ({
      predictions: [...(list?.predictions ?? []).filter(({ id }) => id !== prediction.id), prediction],
    }));
  };
  const series = async (): Promise<void> => {
    if (!seriesInstanceUid || !modelId) return;
    if (await all.run({ modelId, seriesInstanceUid, ...wanted }))
      notify({ tone: 'info', text: 'The model looks at all images of the series; maps appear as they are made.' });
  };
  return { frame, series, isRunning: one.isRunning || all.isRunning };
}
