import type { ReactNode } from 'react';
import type { PresentationGraphic, Shutter } from '../../../main/contract/images.ts';
import { type CanvasPoint, type Size, toCanvas, type ViewTransform } from '../viewTransform.ts';
import type { FramePresentation } from './framePresentation.ts';

interface PresentationLayerProps {
  readonly presentation: FramePresentation;
  readonly transform: ViewTransform;
  readonly size: Size;
  readonly areGraphicsShown: boolean;
}

type Place = (point: readonly [number, number]) => CanvasPoint;

/** Shutters and annotations of a presentation state over the image. */
export function PresentationLayer(props: PresentationLayerProps): ReactNode {
  const { presentation, transform, size, areGraphicsShown } = props;
  const { shutters, graphics, state } = presentation;
  const grey = Math.round(((state.shutterValue ?? 0) / 0xffff) * 255);
  const inPixels: Place = ([column, row]) => toCanvas(transform, [column - 1, row - 1]);
  const inDisplay = displayPlace(presentation, transform);
  return (
    <svg className="presentation-layer" role="img" aria-label="Annotations of the presentation state">
      {shutters.map((shutter, i) => (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: shutters have no names
          key={i}
          data-testid="shutter"
          fillRule="evenodd"
          fill={`rgb(${grey} ${grey} ${grey})`}
          d={`M0 0H${size.width}V${size.height}H0Z${opening(shutter, inPixels)}`}
        />
      ))}
      {areGraphicsShown
        ? graphics.map((graphic, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: annotations have no names
            <Graphic key={i} graphic={graphic} place={graphic.units === 'PIXEL' ? inPixels : inDisplay} />
          ))
        : null}
    </svg>
  );
}

/** Fractions of the displayed area, from its upper left corner on the screen (PS3.3 C.10.5.1.1). */
function displayPlace({ area }: FramePresentation, transform: ViewTransform): Place {
  const from = area?.topLeft ?? [1, 1];
  const to = area?.bottomRight ?? [transform.columns, transform.rows];
  const corners = [
    toCanvas(transform, [from[0] - 1.5, from[1] - 1.5]),
    toCanvas(transform, [to[0] - 0.5, to[1] - 0.5]),
  ];
  const [left = 0, right = 0] = corners.map(([x]) => x).sort((a, b) => a - b);
  const [top = 0, bottom = 0] = corners.map(([, y]) => y).sort((a, b) => a - b);
  return ([x, y]) => [left + x * (right - left), top + y * (bottom - top)];
}

const outline = (points: readonly CanvasPoint[]): string => points.map(([x, y]) => `${x} ${y}`).join('L');

/** The part of the image that a shutter leaves to be seen, as a path. */
function opening(shutter: Shutter, place: Place): string {
  if (shutter.shape === 'circular') {
    const [x, y] = place([shutter.column, shutter.row]);
    const [edge, below] = [
      place([shutter.column + shutter.radius, shutter.row]),
      place([shutter.column, shutter.row + shutter.radius]),
    ];
    return ellipsePath(
      [x, y],
      Math.hypot(edge[0] - x, edge[1] - y),
      Math.hypot(below[0] - x, below[1] - y),
      angle([x, y], edge),
    );
  }
  if (shutter.shape === 'polygonal')
    return `M${outline(shutter.vertices.map(([row, column]) => place([column, row])))}Z`;
  const { left, right, top, bottom } = shutter;
  const corners: readonly (readonly [number, number])[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return `M${outline(corners.map(place))}Z`;
}

const angle = (from: CanvasPoint, to: CanvasPoint): number =>
  (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;

function ellipsePath([x, y]: CanvasPoint, across: number, along: number, degrees: number): string {
  const radians = (degrees * Math.PI) / 180;
  const [dx, dy] = [across * Math.cos(radians), across * Math.sin(radians)];
  const arc = (toX: number, toY: number): string => `A${across} ${along} ${degrees} 1 0 ${toX} ${toY}`;
  return `M${x + dx} ${y + dy}${arc(x - dx, y - dy)}${arc(x + dx, y + dy)}Z`;
}

function Graphic({ graphic, place }: { graphic: PresentationGraphic; place: Place }): ReactNode {
  if (graphic.kind === 'text') return <GraphicText graphic={graphic} place={place} />;
  const points = graphic.points.map(place);
  const [first, second, third, fourth] = points;
  if (!first) return null;
  const className = graphic.isFilled ? 'graphic is-filled' : 'graphic';
  if (graphic.kind === 'point') return <circle className="graphic is-filled" cx={first[0]} cy={first[1]} r={3} />;
  if (!second) return null;
  if (graphic.kind === 'circle')
    return (
      <circle
        className={className}
        cx={first[0]}
        cy={first[1]}
        r={Math.hypot(second[0] - first[0], second[1] - first[1])}
      />
    );
  if (graphic.kind === 'ellipse' && third && fourth) {
    // Ends of the major, then of the minor axis (PS3.3 C.10.5.1.2).
    const middle: CanvasPoint = [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2];
    const half = (from: CanvasPoint, to: CanvasPoint): number => Math.hypot(to[0] - from[0], to[1] - from[1]) / 2;
    return (
      <path
        className={className}
        d={ellipsePath(middle, half(first, second), half(third, fourth), angle(first, second))}
      />
    );
  }
  return <path className={className} d={graphic.kind === 'interpolated' ? smooth(points) : `M${outline(points)}`} />;
}

/** A curve through all points (Catmull-Rom as cubic Béziers): the standard leaves the kind of curve open. */
function smooth(points: readonly CanvasPoint[]): string {
  const at = (i: number): CanvasPoint => points[Math.min(points.length - 1, Math.max(0, i))] ?? [0, 0];
  const curves = points.slice(1).map((to, i) => {
    const [before, from, after] = [at(i - 1), at(i), at(i + 2)];
    const leaving = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const arriving = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    return `C${leaving.join(' ')} ${arriving.join(' ')} ${to.join(' ')}`;
  });
  return `M${at(0).join(' ')}${curves.join('')}`;
}

function GraphicText({ graphic, place }: { graphic: PresentationGraphic & { kind: 'text' }; place: Place }): ReactNode {
  const [x, y] = place(graphic.at);
  const anchor = graphic.anchor && place(graphic.anchor);
  return (
    <>
      {anchor ? <path className="graphic" d={`M${x} ${y}L${anchor[0]} ${anchor[1]}`} /> : null}
      <text className="graphic-text" x={x} y={y}>
        {graphic.text.split(/\r?\n/).map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the text
          <tspan key={i} x={x} dy="1.2em">
            {line}
          </tspan>
        ))}
      </text>
    </>
  );
}
