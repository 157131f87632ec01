import { connect } from 'node:net';

/**
 * Sends a request exactly as written (a browser or fetch would tidy Host, Origin and `..` away) and gives the status code
 * of the answer; 0 where the connection was closed without one.
 */
export function rawRequest(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const lines = [`GET ${path} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`));
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    };
    socket.setTimeout(5_000, done);
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      if (answer.includes('\r\n')) done();
    });
    socket.on('end', done);
    socket.on('error', reject);
  });
}
