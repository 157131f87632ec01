/** Which of its rows a layer reads; -1 is what comes into the stage. */
export interface Laned {
  readonly inputs: readonly number[];
}

export interface Lanes {
  /** Lane of each row's result, from 0 at the left. */
  readonly lanes: readonly number[];
  /** Lane of what comes into the stage. */
  readonly entry: number;
  readonly count: number;
}

/**
 * Puts branches side by side, as the history of a program is drawn: a value keeps its lane until its last reader, which
 * may go on in it. No two values that are alive share a lane.
 */
export function lanesOf(rows: readonly Laned[]): Lanes {
  const lastReader = new Map<number, number>();
  rows.forEach(({ inputs }, row) => {
    for (const input of inputs) lastReader.set(input, row);
  });
  const held: (number | undefined)[] = lastReader.has(-1) ? [-1] : [];
  const lanes: number[] = [];
  rows.forEach(({ inputs }, row) => {
    for (const [lane, value] of held.entries())
      if (value !== undefined && inputs.includes(value) && lastReader.get(value) === row) held[lane] = undefined;
    const free = held.indexOf(undefined);
    const lane = free < 0 ? held.length : free;
    // What nobody reads is the stage's result: it keeps its lane to the end.
    held[lane] = row;
    lanes.push(lane);
  });
  return { lanes, entry: 0, count: Math.max(1, ...lanes.map((lane) => lane + 1)) };
}
