import type { ReactNode } from 'react';
import type { PlanePoint } from '../../../main/domain/volume/imagePlane.ts';
import type { PlaneName } from '../../../main/domain/volume/slicePlanes.ts';
import { toCanvas, type ViewTransform } from '../viewTransform.ts';

/** Okabe-Ito; a plane's line in the others has the colour of its name. */
export const planeColours: Readonly<Record<PlaneName, string>> = {
  axial: '#56b4e9',
  coronal: '#31c48d',
  sagittal: '#e69f00',
};

/** Which plane the upright and the level line of a plane stand for. */
const crossing: Readonly<Record<PlaneName, readonly [upright: PlaneName, level: PlaneName]>> = {
  axial: ['sagittal', 'coronal'],
  coronal: ['sagittal', 'axial'],
  sagittal: ['coronal', 'axial'],
};

const gapPixels = 14;
const farPixels = 8000;

interface CrosshairProps {
  readonly plane: PlaneName;
  readonly at: PlanePoint;
  readonly transform: ViewTransform;
}

/** The two other planes as lines, open where they meet. */
export function Crosshair({ plane, at, transform }: CrosshairProps): ReactNode {
  const [x, y] = toCanvas(transform, at);
  const [upright, level] = crossing[plane];
  return (
    <>
      <svg className="crosshair" aria-hidden="true" data-testid={`crosshair-${plane}`} data-at={`${x},${y}`}>
        {([-1, 1] as const).map((side) => (
          <g key={side}>
            <line x1={x} x2={x} y1={y + side * gapPixels} y2={y + side * farPixels} stroke={planeColours[upright]} />
            <line y1={y} y2={y} x1={x + side * gapPixels} x2={x + side * farPixels} stroke={planeColours[level]} />
          </g>
        ))}
      </svg>
      <span className="plane-name" style={{ color: planeColours[plane] }}>
        {plane}
      </span>
    </>
  );
}
