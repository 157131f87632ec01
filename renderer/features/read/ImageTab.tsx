import { type ReactNode, useSyncExternalStore } from 'react';
import type { PresentationState, SeriesDetail, StackDetail } from '../../../main/contract/images.ts';
import { findingConsequences } from '../../../main/domain/findingConsequences.ts';
import { Badge } from '../../components/Badge.tsx';
import { Select } from '../../components/Select.tsx';
import { appliesTo } from '../../viewer/presentation/framePresentation.ts';
import { sliceDistances } from '../../viewer/sliceDistances.ts';
import { lossyText, rounded } from '../../viewer/valueText.ts';
import type { ViewportController, ViewportState } from '../../viewer/viewportController.ts';

interface ImageTabProps {
  readonly series: SeriesDetail | undefined;
  readonly controller: ViewportController;
  readonly states: readonly PresentationState[];
  readonly unreadableStates: number;
}

/** What is known about the image on screen: how it is shown, what is odd about it, and what follows from that. */
export function ImageTab({ series, controller, states, unreadableStates }: ImageTabProps): ReactNode {
  const state = useSyncExternalStore(controller.subscribe, controller.get);
  return (
    <div className="stack">
      <Presentations state={state} controller={controller} states={states} unreadable={unreadableStates} />
      <dl className="facts">
        {factsOf(series, state).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Findings series={series} damage={state.image?.damage ?? []} />
    </div>
  );
}

interface PresentationsProps {
  readonly state: ViewportState;
  readonly controller: ViewportController;
  readonly states: readonly PresentationState[];
  readonly unreadable: number;
}

function Presentations({ state, controller, states, unreadable }: PresentationsProps): ReactNode {
  const { presentation, stack, shownIndex } = state;
  if (states.length === 0 && unreadable === 0) return null;
  const frame = shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  const isElsewhere = presentation && frame && !appliesTo(presentation, frame);
  return (
    <section className="stack">
      <Select
        label="Presentation state"
        value={presentation?.sopInstanceUid ?? ''}
        options={[
          { value: '', title: 'None: as the image itself says' },
          ...states.map((choice) => ({ value: choice.sopInstanceUid, title: titleOf(choice) })),
        ]}
        onChange={(uid) => controller.setPresentation(states.find((choice) => choice.sopInstanceUid === uid))}
      />
      {isElsewhere ? <p className="dim">It is about other images: this one is shown as it is.</p> : null}
      {presentation && presentation.notShown.length > 0 ? (
        <p className="dim">Not shown of it: {presentation.notShown.join('; ')}.</p>
      ) : null}
      {unreadable > 0 ? (
        <p className="dim">
          {unreadable === 1 ? 'A presentation state' : `${unreadable} presentation states`} of this patient cannot be
          read.
        </p>
      ) : null}
    </section>
  );
}

export const titleOf = ({ label, description }: PresentationState): string =>
  [label ?? 'unnamed', description].filter(Boolean).join(': ');

function factsOf(series: SeriesDetail | undefined, state: ViewportState): readonly (readonly [string, string])[] {
  const { stack, image, shownIndex } = state;
  const frame = shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  const spacing = stack?.pixelSpacing;
  const ratio = stack?.pixelAspectRatio;
  const regions = frame?.ultrasoundRegions ?? [];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Name', [series?.ideographicName, series?.phoneticName].filter(Boolean).map(plainName).join('  ') || undefined],
    ['Size', image && `${image.columns} × ${image.rows}`],
    [
      'Pixels',
      spacing &&
        `${rounded(spacing.columnMm)} × ${rounded(spacing.rowMm)} mm${spacing.source === 'PixelSpacing' ? '' : ' at the detector'}`,
    ],
    ['Pixel shape', ratio && `${ratio[0]} : ${ratio[1]} (height : width), no size in mm`],
    ['Calibrated regions', regions.length > 0 ? regions.map(regionText).join('; ') : undefined],
    ['Slices', stack && slicesText(stack)],
    ['Values', image && !image.isColour ? (image.unit ?? 'no unit in the header') : undefined],
    ['SUV by body weight', suvText(state)],
    ['Opened with', image && !image.isColour ? windowSource(state) : undefined],
    ['Compression', image?.isLossy ? lossyText(image.lossyRatios) : undefined],
    [
      'Cine rate',
      stack?.frameTimeMs && stack.frames.length > 1 ? `${rounded(1000 / stack.frameTimeMs)} images/s` : undefined,
    ],
    ['Echo time', frame?.echoTimeMs === undefined ? undefined : `${rounded(frame.echoTimeMs)} ms`],
    ['b-value', frame?.bValue === undefined ? undefined : `${frame.bValue} s/mm²`],
    ['Trigger time', frame?.triggerTimeMs === undefined ? undefined : `${rounded(frame.triggerTimeMs)} ms`],
  ];
  return facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
}

function slicesText(stack: StackDetail): string | undefined {
  if (stack.sliceSpacingMm !== undefined) return `${rounded(stack.sliceSpacingMm)} mm apart`;
  const distances = sliceDistances(stack);
  return distances && `${rounded(distances.least)} to ${rounded(distances.most)} mm apart`;
}

const plainName = (name: string | undefined): string => (name ?? '').replaceAll('^', ' ').trim();

const regionText = ({ kind, pixelSpacing }: { kind: string; pixelSpacing?: readonly number[] | undefined }): string =>
  `${kind}${pixelSpacing ? `, ${rounded(pixelSpacing[1] ?? 0)} mm per pixel` : ', no lengths'}`;

function suvText({ image }: ViewportState): string | undefined {
  if (!image?.suv) return undefined;
  return 'factor' in image.suv
    ? `value × ${Number(image.suv.factor.toPrecision(4))}`
    : `not computed: ${image.suv.problem}`;
}

function windowSource({ image }: ViewportState): string {
  if (image?.voiTable && image.windows.length === 0) return 'the table of the header';
  if (image?.windowSource === 'header') return 'the window of the header';
  const why = image?.windows.length ? 'the window of the header shows nothing' : 'the header has no window';
  return `${image?.windowSource === 'range' ? 'all values' : 'a window fitted to the image'}: ${why}`;
}

function Findings({ series, damage }: { series: SeriesDetail | undefined; damage: readonly string[] }): ReactNode {
  const findings = series?.findings ?? [];
  return (
    <section aria-label="Data findings" className="stack">
      <h3>Data findings</h3>
      {findings.length === 0 && damage.length === 0 ? <p className="dim">Nothing odd about these images.</p> : null}
      {damage.map((complaint) => (
        <div key={complaint} className="finding">
          <Badge tone="warn">damaged pixels</Badge>
          <p>
            This image: {complaint} <span className="dim">It is left out of training.</span>
          </p>
        </div>
      ))}
      {findings.map(({ code, message, severity, count }) => (
        <div key={`${code} ${message}`} className="finding">
          <Badge tone={severity === 'warning' ? 'warn' : 'neutral'}>{code}</Badge>
          <p>
            {message}
            {count && count > 1 ? ` (${count} times)` : ''} <span className="dim">{consequenceOf(code)}</span>
          </p>
        </div>
      ))}
    </section>
  );
}

const consequenceOf = (code: string): string =>
  (findingConsequences as Readonly<Record<string, string | undefined>>)[code] ?? '';
