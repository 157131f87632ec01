import type { ReactNode } from 'react';
import type { CanvasPoint } from '../viewTransform.ts';
import type { MarkType } from './mark.ts';

interface MarkShapeProps {
  readonly type: MarkType;
  /** On the canvas, in stored order. */
  readonly points: readonly CanvasPoint[];
  readonly className: string;
}

/** The outline alone. */
export function MarkShape({ type, points, className }: MarkShapeProps): ReactNode {
  const [a, b, c, d] = points;
  if (!a || !b) return null;
  switch (type) {
    case 'ellipse':
      return (
        <ellipse
          className={className}
          cx={(a[0] + b[0]) / 2}
          cy={(a[1] + b[1]) / 2}
          rx={Math.abs(b[0] - a[0]) / 2}
          ry={Math.abs(b[1] - a[1]) / 2}
        />
      );
    case 'rectangle':
      return (
        <rect
          className={className}
          x={Math.min(a[0], b[0])}
          y={Math.min(a[1], b[1])}
          width={Math.abs(b[0] - a[0])}
          height={Math.abs(b[1] - a[1])}
        />
      );
    case 'polygon':
      return <polygon className={className} points={points.map((point) => point.join(',')).join(' ')} />;
    case 'length':
      return <path className={className} d={line(a, b)} />;
    case 'bidirectional':
      return <path className={className} d={line(a, b) + (c && d ? line(c, d) : '')} />;
  }
}

const line = (from: CanvasPoint, to: CanvasPoint): string => `M${from[0]} ${from[1]}L${to[0]} ${to[1]}`;
