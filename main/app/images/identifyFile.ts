import type { Parsed } from '../../contract/define.ts';
import type { imageMethods } from '../../contract/images.ts';
import type { SopInstanceUid } from '../../domain/ids.ts';
import type { AppContext } from '../context.ts';

type Asked = Parsed<(typeof imageMethods)['images.identify']>;

/**
 * The image that the workspace knows a file as, by its content: undefined where it knows none, or several (the same file under
 * two names or patients) of which none lies at this address.
 */
export function identifyFile({ store }: Pick<AppContext, 'store'>, { fileSha256, address }: Asked) {
  const known = store.catalogue.imagesByContent(fileSha256);
  const found = known.length === 1 ? known[0] : known.find((image) => image.address === address);
  if (!found) return {};
  const { sopInstanceUid, patientId } = found;
  return { image: { sopInstanceUid: sopInstanceUid as SopInstanceUid, patientId } };
}
