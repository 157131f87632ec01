import { randomBytes } from 'node:crypto';

const keptMs = 3_600_000;

/** Passphrases handed over by a page, in memory only, each for an hour. */
export class HeldPassphrases {
  private readonly held = new Map<string, { readonly passphrase: string; readonly untilMs: number }>();

  hold(passphrase: string): string {
    const id = `held-${randomBytes(12).toString('hex')}`;
    this.held.set(id, { passphrase, untilMs: performance.now() + keptMs });
    return id;
  }

  readonly get = (id: string): string | undefined => {
    for (const [key, { untilMs }] of this.held) if (untilMs < performance.now()) this.held.delete(key);
    return this.held.get(id)?.passphrase;
  };
}
