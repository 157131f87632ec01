/**
 * One ordered, two-way message pipe. Messages are plain JSON-like values that may hold typed arrays anywhere.
 * Implementations: `portChannel` (MessagePort and process IPC) and `socketChannel` (WebSocket).
 */
export interface Channel {
  send(message: unknown): void;
  /** Returns the function that stops listening. */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Called once, when the other side is gone; at once if it already is. */
  onClose(listener: () => void): () => void;
  close(): void;
}

/** Listener bookkeeping shared by the channel implementations. */
export class ChannelListeners {
  private readonly messageListeners = new Set<(message: unknown) => void>();
  private readonly closeListeners = new Set<() => void>();
  private closed = false;

  onMessage = (listener: (message: unknown) => void): (() => void) => {
    this.messageListeners.add(listener);
    return () => this.messageListeners.delete(listener);
  };

  onClose = (listener: () => void): (() => void) => {
    if (this.closed) listener();
    else this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  };

  get isClosed(): boolean {
    return this.closed;
  }

  deliver(message: unknown): void {
    for (const listener of [...this.messageListeners]) listener(message);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const listener of [...this.closeListeners]) listener();
  }
}
