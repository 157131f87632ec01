import { AppError } from '../../../main/domain/errors.ts';
import { selfTest } from '../../../main/learning/engine/self-test/selfTest.ts';

/** Prints the report of a device's self-test, or the code of the error that refused it, as one line of JSON. */
try {
  console.log(JSON.stringify(await selfTest({ device: process.argv[2] ?? 'cpu', threads: 1 })));
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message }));
}
