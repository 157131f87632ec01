import type { ReactNode } from 'react';
import type { Curve } from './curve.ts';

/** Curves with their values at one place; those of a group in one line, the solid one first. */
export function CurveLegend({ curves, at }: { curves: readonly Curve[]; at: number }): ReactNode {
  const groups = [...Map.groupBy(curves, ({ group }) => group)];
  const isGrouped = groups.some(([group]) => group !== undefined);
  if (!isGrouped)
    return curves.map((curve) => (
      <span key={curve.label}>
        <LegendLine curve={curve} />
        {curve.label} <strong>{valueText(curve.values[at])}</strong>
      </span>
    ));
  return (
    <>
      {(groups[0]?.[1] ?? []).map((curve) => (
        <span key={curve.label} className="dim">
          <LegendLine curve={{ ...curve, colour: '#9aa5b1' }} />
          {curve.label}
        </span>
      ))}
      {groups.map(([group, members]) => (
        <span key={group} style={{ color: members[0]?.colour }}>
          {group} <strong>{members.map(({ values }) => valueText(values[at])).join(' / ')}</strong>
        </span>
      ))}
    </>
  );
}

function LegendLine({ curve }: { curve: Curve }): ReactNode {
  return <i className={`legend-line ${curve.isDashed ? 'is-dashed' : ''}`} style={{ borderColor: curve.colour }} />;
}

const valueText = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3);
