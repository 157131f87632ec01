/** Walks that train for long run only where they are asked for; the ones that are left keep the tests within ten minutes. */
export const isShort = process.env.GROUNDGLASS_LONG !== '1';

/** How a test that was left out is run. */
export const howToRun = (spec: string): string => `GROUNDGLASS_LONG=1 npm run test:e2e -- ${spec}`;
