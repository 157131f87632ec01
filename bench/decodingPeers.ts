import dcmjsCodecs from 'dcmjs-codecs';
import type { DicomHeader } from '../main/imaging/dicom/readHeader.ts';
import { frameFragments } from '../main/imaging/pixels/frameFragments.ts';

const { NativeCodecs, Context } = dcmjsCodecs;

type Decode = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>;

/** The peer's decoder for a codec of ours; it has none for native pixels, which are not compressed. */
const decoders: Readonly<Record<string, Decode | undefined>> = {
  rle: (context) => NativeCodecs.decodeRle(context),
  'jpeg-dct': (context) => NativeCodecs.decodeJpeg(context),
  'jpeg-lossless': (context) => NativeCodecs.decodeJpeg(context),
  'jpeg-ls': (context) => NativeCodecs.decodeJpegLs(context),
  'jpeg-2000': (context) => NativeCodecs.decodeJpeg2000(context),
  'jpeg-xl': (context) => NativeCodecs.decodeJpegXl(context),
};

/** High-throughput JPEG 2000, which is another decoder there. */
const highThroughput = new Set(['201', '202', '203'].map((end) => `1.2.840.10008.1.2.4.${end}`));

/** Loads the codecs of dcmjs-imaging, WebAssembly of libjpeg-turbo, CharLS, OpenJPEG, OpenJPH and libjxl. */
export const startDcmjsCodecs = (): Promise<void> => NativeCodecs.initializeAsync();

/** Decodes all frames with the peer; throws where it cannot. Only the decoder is called, not what prepares the pixels. */
export function decodeWithDcmjs(header: DicomHeader): void {
  const { codec, uid } = header.transferSyntax;
  const decode: Decode | undefined = highThroughput.has(uid)
    ? (one) => NativeCodecs.decodeHtJpeg2000(one)
    : decoders[codec];
  if (!decode) throw new Error('the peer has no decoder for this');
  const { attributes } = header;
  const frames = attributes.numberOfFrames ?? 1;
  for (let frame = 1; frame <= frames; frame++) {
    const context = new Context({
      width: attributes.columns ?? 0,
      height: attributes.rows ?? 0,
      bitsAllocated: attributes.bitsAllocated ?? 16,
      bitsStored: attributes.bitsStored ?? 16,
      samplesPerPixel: attributes.samplesPerPixel ?? 1,
      pixelRepresentation: attributes.pixelRepresentation ?? 0,
      planarConfiguration: attributes.planarConfiguration ?? 0,
      photometricInterpretation: attributes.photometricInterpretation ?? 'MONOCHROME2',
      encodedBuffer: frameFragments(header, frames, frame),
    });
    if (!decode(context).getDecodedBuffer()?.length) throw new Error('the peer gave no pixels');
  }
}
