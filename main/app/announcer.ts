import type { Payload } from '../contract/define.ts';
import type { ContractEvents } from '../contract/index.ts';

export type EventName = keyof ContractEvents & string;
export type Announce = <K extends EventName>(name: K, payload: Payload<ContractEvents[K]>) => void;
export type EventListener = (name: EventName, payload: unknown) => void;

/** Hands every event to every connection; a listener that throws is a bug of the host and is not caught here. */
export class Announcer {
  private readonly listeners = new Set<EventListener>();

  announce: Announce = (name, payload) => {
    for (const listener of [...this.listeners]) listener(name, payload);
  };

  /** Returns the function that stops listening. */
  subscribe(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
