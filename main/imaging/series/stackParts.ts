import type { FrameFacts, InstanceFacts, Stack } from '../../domain/imageTypes.ts';

/** Frames of a stack that belong to one time, echo, b-value or kind of image. */
export interface StackPart {
  readonly partId: string;
  readonly title: string;
  /** Indices into the stack's frames, ascending. */
  readonly frames: readonly number[];
}

interface PlacedFrame {
  readonly index: number;
  readonly facts: FrameFacts;
  readonly imageType: readonly string[];
}

/** Lists that nobody would choose from. */
const mostParts = 1000;

/**
 * What a stack with several images at its positions can be split into: by b-value, echo time and kind of image (magnitude,
 * phase, water, fat) where these differ at one position, and by the order in time of what is left. Empty where every
 * position holds one image, or nothing tells the images of a position apart.
 */
export function stackParts(stack: Stack, bySop: ReadonlyMap<string, InstanceFacts>): StackPart[] {
  const positions = framesByPosition(stack, bySop);
  if (positions.every((frames) => frames.length < 2)) return [];
  const dimensions = [bValueOf, echoTimeOf, imageKindOf].filter((textOf) =>
    positions.some((frames) => new Set(frames.map(textOf)).size > 1),
  );
  const parts = new Map<string, { texts: readonly string[]; time: number; frames: number[] }>();
  let times = 0;
  for (const frames of positions) {
    const seen = new Map<string, number>();
    for (const frame of frames) {
      const texts = dimensions.map((textOf) => textOf(frame));
      const key = texts.join(' · ');
      const time = seen.get(key) ?? 0;
      seen.set(key, time + 1);
      times = Math.max(times, time + 1);
      const id = `${key}#${time}`;
      const part = parts.get(id);
      if (part) part.frames.push(frame.index);
      else parts.set(id, { texts, time, frames: [frame.index] });
    }
  }
  if (parts.size < 2 || parts.size > mostParts) return [];
  return [...parts.values()]
    .sort((a, b) => compareTexts(a.texts, b.texts) || a.time - b.time)
    .map(({ texts, time, frames }, i) => ({
      partId: `${stack.stackId}/${i}`,
      title: [...texts.filter(Boolean), ...(times > 1 ? [`time ${time + 1} of ${times}`] : [])].join(' · '),
      frames: frames.sort((a, b) => a - b),
    }));
}

/** In the stack's own order, which at one position is that of InstanceNumber; by time first where the header has times. */
function framesByPosition(stack: Stack, bySop: ReadonlyMap<string, InstanceFacts>): PlacedFrame[][] {
  const positions = new Map<number, PlacedFrame[]>();
  stack.frames.forEach(({ sopInstanceUid, frameNumber, positionMm }, index) => {
    const instance = bySop.get(sopInstanceUid);
    const facts = instance?.frames[frameNumber - 1];
    if (!facts || positionMm === undefined) return;
    const placed = { index, facts, imageType: instance.imageType ?? [] };
    const here = positions.get(positionMm);
    if (here) here.push(placed);
    else positions.set(positionMm, [placed]);
  });
  const timeOf = ({ facts }: PlacedFrame): number => facts.temporalPosition ?? facts.triggerTime ?? 0;
  return [...positions.values()].map((frames) => frames.sort((a, b) => timeOf(a) - timeOf(b) || a.index - b.index));
}

const bValueOf = ({ facts }: PlacedFrame): string => (facts.bValue === undefined ? '' : `b ${facts.bValue}`);
const echoTimeOf = ({ facts }: PlacedFrame): string =>
  facts.echoTime === undefined ? '' : `TE ${Number(facts.echoTime.toFixed(2))} ms`;
/** The value type and the maker's own values of ImageType (PS3.3 C.8.3.1.1.1), e.g. `M`, `PHASE MAP`, `WATER`. */
const imageKindOf = ({ imageType }: PlacedFrame): string => imageType.slice(2).join(' ').toLowerCase();

/** Numbers in texts by value: b 50 comes before b 1000. */
function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const order = text.localeCompare(b[i] ?? '', 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return 0;
}
