/** Files a second over the last seconds, and the time that the rest will take at that rate. */
export class Rate {
  private readonly marks: { readonly atMs: number; readonly done: number }[] = [];
  private readonly windowMs: number;

  constructor(windowMs = 5_000) {
    this.windowMs = windowMs;
  }

  /** `done` so far; undefined until there is something to go by. */
  perSecond(done: number, nowMs = performance.now()): number | undefined {
    const last = this.marks.at(-1);
    if (!last || nowMs - last.atMs >= 100) this.marks.push({ atMs: nowMs, done });
    while (this.marks.length > 2 && nowMs - (this.marks[0]?.atMs ?? nowMs) > this.windowMs) this.marks.shift();
    const first = this.marks[0];
    const elapsedMs = first ? nowMs - first.atMs : 0;
    if (!first || elapsedMs < 500 || done <= first.done) return undefined;
    return ((done - first.done) / elapsedMs) * 1000;
  }
}
