/** Opens the workspace named on the command line, says so and holds it until killed. */
import { asAppError } from '../../../main/domain/errors.ts';
import { openStore } from '../../../main/store/openStore.ts';

try {
  openStore(process.argv[2] ?? '', { kind: 'holder' });
  console.log('open');
  // Ends with the test, however that ends.
  process.stdin.on('end', () => process.exit()).resume();
  setTimeout(() => process.exit(), 60_000);
} catch (error) {
  const { code, message } = asAppError(error);
  console.log(`refused ${code} ${message}`);
}
