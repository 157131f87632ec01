import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 22) {
  // better-sqlite3 does not refuse an older Node: it crashes without a word.
  console.error(`The tests need Node 22 or newer, this is ${process.version}: use npm test or npm run test:unit.`);
  process.exit(1);
}

export default defineConfig({
  test: {
    include: ['tests/{unit,contract,catalogue,store,learning,architecture}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // What the person at this machine has opened and tested is neither read nor changed: device results decide what auto means.
    env: { GROUNDGLASS_CONFIG: path.join(tmpdir(), `groundglass-test-settings-${process.pid}`) },
  },
});
