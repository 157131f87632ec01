import type { Geometry } from '../../../main/contract/labels.ts';
import type { ImagePoint } from '../viewTransform.ts';

export type MarkType = Geometry['type'];

/** A lesion as the viewport draws it: a projection of a stored label onto the frame on screen. */
export interface Mark {
  readonly id: string;
  readonly type: MarkType;
  readonly points: readonly ImagePoint[];
  readonly colour: string;
  /** Class, and the reader's name where it is another's. */
  readonly title: string;
  /** Others' marks are dimmed and cannot be changed. */
  readonly isOwn: boolean;
  /** Not yet confirmed by the core: drawn dashed. */
  readonly isPending: boolean;
}

export const markTypes: readonly MarkType[] = ['ellipse', 'rectangle', 'polygon', 'bidirectional', 'length'];
