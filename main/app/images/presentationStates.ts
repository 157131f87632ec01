import type { PresentationState as ShownState } from '../../contract/images.ts';
import { AppError, asAppError, fileFaults } from '../../domain/errors.ts';
import type { PresentationState, ReferencedImage } from '../../domain/imageTypes.ts';
import type { AppContext } from '../context.ts';
import { lutData } from './framePixels.ts';

/** More are not offered: nobody would find one among them. */
const mostStates = 200;

/**
 * The presentation states of a series' patient that name images of the series, by label. Files that cannot be read any more are
 * counted. Errors: `not-found`.
 */
export async function presentationStates(
  context: AppContext,
  seriesInstanceUid: string,
  signal: AbortSignal,
): Promise<{ states: ShownState[]; unreadable: number }> {
  const { catalogue } = context.store;
  const stored = catalogue.seriesByUid(seriesInstanceUid);
  if (!stored) throw new AppError('not-found', 'the series is not in this workspace');
  const ofSeries = new Set(catalogue.targetsOfSeries(seriesInstanceUid).map(({ sopInstanceUid }) => sopInstanceUid));
  const addresses = catalogue.presentationStateAddresses(stored.patient.patientId).slice(0, mostStates);
  const read = await Promise.all(
    addresses.map(async (address) => {
      try {
        return await context.imaging.run('presentationState', { address }, { signal });
      } catch (thrown) {
        signal.throwIfAborted();
        const { code } = asAppError(thrown);
        if (fileFaults.has(code) || code === 'missing-attribute' || code === 'not-an-image') return undefined;
        throw thrown;
      }
    }),
  );
  const states = read.filter((state) => state !== undefined);
  return {
    states: states
      .filter(({ images }) => images.some(({ sopInstanceUid }) => ofSeries.has(sopInstanceUid)))
      .map(shown)
      .sort((a, b) => (a.label ?? '').localeCompare(b.label ?? '')),
    unreadable: read.length - states.length,
  };
}

const references = (images: readonly ReferencedImage[]) =>
  images.map((image) => ({ ...image, frameNumbers: [...image.frameNumbers] }));

const point = ([a, b]: readonly [number, number]): [number, number] => [a, b];

/** The same in the contract's (mutable) types. */
function shown(state: PresentationState): ShownState {
  return {
    ...state,
    images: references(state.images),
    voi: state.voi.map((item) => ({
      images: references(item.images),
      windows: item.windows.map((window) => ({ ...window })),
      voiLutFunction: item.voiLutFunction,
      voiLuts: item.voiLuts.map(lutData),
    })),
    displayedAreas: state.displayedAreas.map((area) => ({
      ...area,
      images: references(area.images),
      topLeft: point(area.topLeft),
      bottomRight: point(area.bottomRight),
    })),
    shutters: state.shutters.map((shutter) =>
      shutter.shape === 'polygonal' ? { ...shutter, vertices: shutter.vertices.map(point) } : shutter,
    ),
    graphics: state.graphics.map((graphic) => {
      const images = references(graphic.images);
      if (graphic.kind !== 'text') return { ...graphic, images, points: graphic.points.map(point) };
      const { anchor, ...text } = graphic;
      return { ...text, images, at: point(text.at), ...(anchor ? { anchor: point(anchor) } : {}) };
    }),
    overlays: state.overlays.map((plane) => ({ ...plane })),
    presentationLut: state.presentationLut && lutData(state.presentationLut),
    modalityLut: state.modalityLut && lutData(state.modalityLut),
    notShown: [...state.notShown],
  };
}
