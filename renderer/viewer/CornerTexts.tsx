import type { ReactNode } from 'react';
import { displaySpacing } from './measurement.ts';
import { edgeLetters, turnedLetters } from './orientation.ts';
import { scaleBar } from './scaleBar.ts';
import { isPart } from './stackPart.ts';
import { lossyText, rounded as round, valueText } from './valueText.ts';
import { shownPresentationOf, type ViewportState } from './viewportController.ts';
import type { ImagePoint, ViewTransform } from './viewTransform.ts';

export interface ViewportTexts {
  /** Accessible name of the viewport. */
  readonly label: string;
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  /** How a computed plane was made, a line each. */
  readonly notes?: readonly string[];
}

interface CornerTextsProps {
  readonly state: ViewportState;
  readonly transform: ViewTransform | undefined;
  readonly texts: ViewportTexts;
  readonly cursor: ImagePoint | undefined;
  /** Modality value under the cursor. */
  readonly value: number | undefined;
}

const scaleBarRoom = 140;

/** Who and what is on screen. Orientation and laterality come from the header or are absent. */
export function CornerTexts({ state, transform, texts, cursor, value }: CornerTextsProps): ReactNode {
  const { stack, shownIndex, image, view } = state;
  const shownState = shownPresentationOf(state)?.state;
  const presentation = shownState && (shownState.label ?? 'state');
  const frame = shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  if (!stack || !frame || !image) return null;
  const ofImage = edgeLetters(frame, stack);
  const letters = ofImage && turnedLetters(ofImage, view.rotation, view.isFlipped);
  const bar = scaleBar(transform, displaySpacing(stack), scaleBarRoom);
  const side = [stack.laterality, stack.viewPosition].filter(Boolean).join(' ');
  return (
    <div className="corner-texts">
      <div className="corner corner-top-left">
        <span>{texts.patient}</span>
        <span>{texts.study}</span>
      </div>
      <div className="corner corner-top-right">
        <span>{texts.series}</span>
        <span data-testid="slice">
          {(shownIndex ?? 0) + 1} / {stack.frames.length}
        </span>
        {isPart(stack) ? <span data-testid="part">{stack.title}</span> : null}
        {frame.slicePositionMm !== undefined ? <span>{frame.slicePositionMm.toFixed(1)} mm</span> : null}
        {texts.notes?.map((note) => (
          <span key={note}>{note}</span>
        ))}
        {side ? <strong className="corner-side">{side}</strong> : null}
      </div>
      <div className="corner corner-bottom-left">
        {value !== undefined && cursor ? (
          <span data-testid="value">
            {valueText(value, image)} at {Math.round(cursor[0])}, {Math.round(cursor[1])}
          </span>
        ) : null}
        <span data-testid="window">{windowText(state)}</span>
        <span>
          Zoom {Math.round(view.zoom * 100)} %
          {stack.sliceThicknessMm !== undefined ? ` · ${round(stack.sliceThicknessMm)} mm thick` : ''}
        </span>
      </div>
      <div className="corner corner-bottom-right">
        {image.damage.length > 0 ? (
          <span className="corner-warning" data-testid="damage" title={image.damage.join(' ')}>
            damaged pixels
          </span>
        ) : null}
        {image.isLossy ? (
          <span className="corner-warning" data-testid="lossy">
            {lossyText(image.lossyRatios)}
          </span>
        ) : null}
        {presentation ? <span className="corner-warning">presentation {presentation}</span> : null}
        {image.overlays.length > 0 && !state.areOverlaysShown ? <span>overlays hidden</span> : null}
        {image.isInverted !== view.isInverted && !image.isColour ? <span>low values white</span> : null}
        {bar ? (
          <>
            <span data-testid="scale-bar">{bar.text}</span>
            <i className="scale-bar" style={{ width: bar.widthPixels }} />
          </>
        ) : (
          <span className="dim">no pixel spacing</span>
        )}
      </div>
      {letters
        ? (['left', 'right', 'top', 'bottom'] as const).map((edge) => (
            <span key={edge} className={`edge-letter edge-${edge}`} data-testid={`edge-${edge}`}>
              {letters[edge]}
            </span>
          ))
        : null}
    </div>
  );
}

function windowText({ image, view }: ViewportState): string {
  if (image?.isColour) return 'colour';
  if (!view.window) return 'W/L from the header table';
  const isFitted = image?.windowSource === 'percentiles' && view.window.center === image.startWindow.center;
  return `W ${round(view.window.width)}  L ${round(view.window.center)}${isFitted ? '  (fitted)' : ''}`;
}
