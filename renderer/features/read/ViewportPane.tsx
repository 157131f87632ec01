import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { SeriesDetail } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import { colourMaps } from '../../../main/domain/colourMaps.ts';
import type { SeriesInstanceUid } from '../../../main/domain/ids.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatDate, formatPersonName } from '../../components/format.ts';
import { useRoute } from '../../components/navigation.ts';
import { partOf } from '../../viewer/stackPart.ts';
import type { Tool } from '../../viewer/tools.ts';
import type { MarkGestures } from '../../viewer/useViewportPointer.ts';
import { Viewport } from '../../viewer/Viewport.tsx';
import type { ViewportController } from '../../viewer/viewportController.ts';
import { type HeatChoice, heatPixels, mapFor } from './heat.ts';
import { marksOf } from './marksOf.ts';
import type { Slot } from './readSession.ts';
import { useSeriesPredictions } from './usePredictions.ts';

interface ViewportPaneProps {
  readonly slot: Slot;
  readonly number: number;
  readonly controller: ViewportController;
  readonly isActive: boolean;
  readonly onActivate: () => void;
  readonly tool: Tool;
  readonly heat: HeatChoice;
  readonly definitions: readonly LabelDefinition[];
  readonly readerId: string | undefined;
  readonly chosenMark: string | undefined;
  readonly gesturesFor: (labels: readonly Label[]) => MarkGestures;
  readonly drawColour: string;
}

const noLabels: readonly Label[] = [];

/** A viewport with what it shows: the series' stack, its marks, its heat map. */
export function ViewportPane(props: ViewportPaneProps): ReactNode {
  const { slot, controller, heat, definitions, readerId } = props;
  const uid = slot.seriesInstanceUid as SeriesInstanceUid | undefined;
  const isAsked = uid !== undefined;
  const series = useQueryOf('series.get', { seriesInstanceUid: uid ?? '' }, { enabled: isAsked });
  const labels = useQueryOf('labels.list', { seriesInstanceUid: uid ?? '' }, { enabled: isAsked });
  const list = (isAsked && labels.data?.labels) || noLabels;
  const whole = isAsked ? series.data?.stacks[slot.stackIndex] : undefined;
  const { part } = slot;
  const stack = useMemo(() => whole && partOf(whole, part), [whole, part]);
  const state = useSyncExternalStore(controller.subscribe, controller.get);
  const frame = state.shownIndex === undefined ? undefined : state.stack?.frames[state.shownIndex];

  useShownFrame(controller, stack);
  useHeatMap(controller, uid, heat);
  const marks = useMemo(
    () => (frame && state.stack ? marksOf(list, definitions, frame, state.stack, readerId) : []),
    [list, definitions, frame, state.stack, readerId],
  );
  if (!uid)
    return (
      <section className="viewport-empty" aria-label={`Viewport ${props.number}`} onPointerDown={props.onActivate}>
        <EmptyState icon="read" title="Empty viewport">
          Click here, then choose a series at the left.
        </EmptyState>
      </section>
    );
  if (series.error) return <ErrorState text={errorText(series.error)} onRetry={() => void series.refetch()} />;
  return (
    <Viewport
      controller={controller}
      tool={props.tool}
      texts={textsOf(series.data, props.number)}
      isActive={props.isActive}
      onActivate={props.onActivate}
      marks={marks}
      chosenMark={props.chosenMark}
      gestures={props.gesturesFor(list)}
      drawColour={props.drawColour}
    />
  );
}

/** Gives the stack to the viewport; the address may name the image to begin with. */
function useShownFrame(controller: ViewportController, stack: SeriesDetail['stacks'][number] | undefined): void {
  const { frame: wanted } = useRoute().query;
  useEffect(() => {
    if (!stack) {
      // Until the next series is known nothing is shown: never one patient's image beside another one's questions.
      controller.setStack(undefined);
      return;
    }
    const at = wanted === undefined ? -1 : stack.frames.findIndex(({ imageId }) => imageId === wanted);
    controller.setStack(stack, at < 0 ? undefined : at);
  }, [controller, stack, wanted]);
}

function useHeatMap(controller: ViewportController, uid: SeriesInstanceUid | undefined, heat: HeatChoice): void {
  const predictions = useSeriesPredictions(uid, heat.modelId);
  const { image } = useSyncExternalStore(controller.subscribe, controller.get);
  const prediction = image && heat.isOn ? mapFor(predictions, image.imageId, heat) : undefined;
  const painted = useMemo(
    () => (prediction && image ? heatPixels(prediction, predictions, image, heat.colourMap) : undefined),
    [prediction, predictions, image, heat.colourMap],
  );
  useEffect(() => {
    if (!painted || !image || !prediction) {
      controller.setHeatMap(undefined);
      return;
    }
    controller.setHeatMap({
      id: `${prediction.id} ${heat.colourMap} ${painted.low} ${painted.high}`,
      rows: image.rows,
      columns: image.columns,
      ...painted,
      colourMap: colourMaps[heat.colourMap],
      opacity: heat.opacity,
    });
  }, [controller, painted, prediction, image, heat.colourMap, heat.opacity]);
}

/** Who and what, for the corners of a viewport. */
export function textsOf(series: SeriesDetail | undefined, number: number) {
  const row = series?.row;
  const latin = row ? formatPersonName(row.patientName) || row.patientId : '';
  const other = formatPersonName(series?.ideographicName ?? series?.phoneticName ?? '').replace(', ', ' ');
  const patient = other && other !== latin.replace(', ', ' ') ? `${latin}  ${other}` : latin;
  const about = [row?.patientSex, row?.patientAge].filter(Boolean).join(' ');
  return {
    label: `Viewport ${number}: ${row?.seriesDescription || row?.modality || 'loading'}`,
    patient: [patient, about].filter(Boolean).join('  '),
    study: [formatDate(row?.studyDate), row?.studyDescription].filter(Boolean).join('  '),
    series: [row?.seriesNumber, row?.seriesDescription || row?.modality]
      .filter((part) => part !== undefined)
      .join(' · '),
  };
}
