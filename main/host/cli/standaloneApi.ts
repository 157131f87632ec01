import type { z } from 'zod';
import type { AugmentationPreview } from '../../contract/augmentationPreview.ts';
import type { DeidentifyOptions } from '../../contract/deidentify.ts';
import type { ModelInspection } from '../../contract/models.ts';
import type { TestTimeAugmentation } from '../../contract/testTimeAugmentation.ts';
import type { SpawnWorker } from '../../contract/transport/worker.ts';

/** One line of output, keys as DESIGN.md section 6 names them. */
export type OutputLine = Readonly<Record<string, unknown>>;

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly kind: string;
  readonly startedAt: string;
  /** Present where the holder can be attached to: `ws://127.0.0.1:port` and the bearer token for it. */
  readonly attach?: { readonly url: string; readonly token: string };
}

export interface KnownImage {
  readonly sopInstanceUid: string;
  readonly patientId: string;
}

/** What the command line does without a workspace: the exports of main/app/standalone.ts. */
export interface StandaloneApi {
  /** Who holds the workspace folder now; undefined where nobody does or the folder does not exist. */
  readonly readWorkspaceLock: (workspacePath: string) => LockHolder | undefined;
  /** Whether the folder holds a workspace. */
  readonly isWorkspace: (folder: string) => boolean;
  /** One line per file, sorted by path, folders recursed; a bad file gives {path, error:{code,message}}. */
  readonly inspectFiles: (options: {
    paths: readonly string[];
    pixels: boolean;
    spawnWorker: SpawnWorker;
    signal: AbortSignal;
  }) => AsyncIterable<OutputLine>;
  readonly inspectModel: (path: string) => Promise<z.output<typeof ModelInspection>>;
  /** Writes DICOM files, labels.csv and masks below `out`; returns the summary to print. */
  readonly makePhantoms: (options: {
    out: string;
    patients: number;
    seed: number;
    kinds: readonly ('ct-nodule' | 'mr-lesion' | 'cr' | 'ct-liver')[];
    signal: AbortSignal;
    onProgress: (fraction: number, message: string) => void;
  }) => Promise<OutputLine>;
  /** PNG of the plain picture and its variants, side by side. */
  readonly encodePictureSheet: (preview: Pick<AugmentationPreview, 'size' | 'pixels' | 'variants'>) => Uint8Array;
  /** PNG of so many formula-driven images, read row by row. */
  readonly drawFormulaSheet: (options: { count: number; seed: number; size: number }) => Uint8Array;
  /** Pretrains a network on formula-driven images into a folder; returns the summary to print. */
  readonly makeBackbone: (options: {
    out: string;
    recipe: Readonly<Record<string, unknown>>;
    minutes?: number;
    signal: AbortSignal;
    onProgress: (fraction: number, message: string) => void;
  }) => Promise<OutputLine>;
  /** One line per image, also appended to OUT/predictions.jsonl; a bad file gives {file, error:{code,message}}. */
  readonly predictFiles: (options: {
    /** model.onnx, or the folder that holds it and its card. */
    modelPath: string;
    inputs: readonly string[];
    cam: 'cam' | 'gradcam' | 'gradcam++' | 'none';
    className?: string;
    tta?: TestTimeAugmentation;
    out: string;
    /** Asked about files that do not say themselves whose they are. */
    identify?: (file: { address: string; fileSha256: string }) => Promise<KnownImage | undefined>;
    spawnWorker: SpawnWorker;
    signal: AbortSignal;
  }) => AsyncIterable<OutputLine>;
  /** One line per file and a summary at the end; a refused file gives {path, error:{code,message}}. */
  readonly deidentifyPaths: (options: {
    paths: readonly string[];
    options: DeidentifyOptions;
    spawnWorker: SpawnWorker;
    signal: AbortSignal;
  }) => AsyncIterable<OutputLine>;
}

/** Loaded when a command needs it: `--help` and usage errors answer at once. */
export const loadStandalone = async (): Promise<StandaloneApi> => import('../../app/standalone.ts');
