import type { ReactNode } from 'react';
import type { ColourMap } from '../../main/domain/colourMaps.ts';
import type { HeatMap } from './heatMap.ts';

const stops = 16;

/** CSS colours of a map from low to high. */
export const gradientOf = (map: ColourMap): string =>
  Array.from({ length: stops + 1 }, (_, i) => {
    const [red, green, blue] = map.colours[Math.round((i / stops) * 255)] ?? [0, 0, 0];
    return `rgb(${red} ${green} ${blue})`;
  }).join(', ');

/** The numbered colour scale at the right edge of the viewport: raw map values, the same for all images shown. */
export function HeatLegend({ heatMap }: { heatMap: HeatMap }): ReactNode {
  const { low, high, colourMap } = heatMap;
  const numbers = [high, (low + high) / 2, low];
  return (
    <figure className="heat-legend" aria-label={`Heat map scale from ${written(low)} to ${written(high)}`}>
      <div className="heat-legend-bar" style={{ background: `linear-gradient(to top, ${gradientOf(colourMap)})` }} />
      <figcaption>
        {numbers.map((number) => (
          <span key={number}>{written(number)}</span>
        ))}
      </figcaption>
    </figure>
  );
}

const written = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(2))));
