import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Same time whatever the difference, whatever the length. */
const equals = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Start links nobody followed are forgotten beyond this many. */
const maxOpenLinks = 16;

/**
 * Who may talk to the core. A start token (in the printed link) is exchanged once for a session cookie; the attach token
 * (in the workspace's lock file, readable by its owner) is what another command of the same user shows.
 */
export class SessionTokens {
  readonly attachToken = secret();
  private readonly cookieName: string;
  private startTokens: string[] = [];
  private sessions: string[] = [];

  /** Cookies are shared by all ports of a machine, so the name holds the port. */
  constructor(port: number) {
    this.cookieName = `groundglass-${port}`;
  }

  newStartToken(): string {
    const token = secret();
    this.startTokens = [...this.startTokens, token].slice(-maxOpenLinks);
    return token;
  }

  /** The Set-Cookie value of a new session, or undefined where the token is unknown or was used before. */
  exchange(startToken: string): string | undefined {
    if (!this.startTokens.some((known) => equals(known, startToken))) return undefined;
    this.startTokens = this.startTokens.filter((known) => !equals(known, startToken));
    const session = secret();
    this.sessions = [...this.sessions, session];
    return `${this.cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  hasSession(cookieHeader: string | undefined): boolean {
    const values = (cookieHeader ?? '').split(';').map((part) => part.trim().split('='));
    const session = values.find(([name]) => name === this.cookieName)?.[1];
    return session !== undefined && this.sessions.some((known) => equals(known, session));
  }

  isAttachToken(authorization: string | undefined): boolean {
    return authorization?.startsWith('Bearer ') === true && equals(authorization.slice(7), this.attachToken);
  }
}
