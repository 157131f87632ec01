import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import uPlot from 'uplot';

import 'uplot/dist/uPlot.min.css';
import { CurveLegend } from './CurveLegend.tsx';
import type { Curve, CurveMark } from './curve.ts';
import './charts.css';

interface CurveChartProps {
  readonly label: string;
  readonly xLabel: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** The right end of the axis, so that curves grow into the free space. */
  readonly xMaximum: number;
  readonly curves: readonly Curve[];
  readonly marks: readonly CurveMark[];
  readonly range?: readonly [low: number, high: number];
  readonly height?: number;
}

const text = '#9aa5b1';
const line = '#2a323c';
const font = '11px Inter, "Segoe UI", "Liberation Sans", system-ui, sans-serif';

function axis(extra: uPlot.Axis): uPlot.Axis {
  return {
    stroke: text,
    font,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    ...extra,
  };
}

function drawMark(plot: uPlot, mark: CurveMark): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(mark.x, 'x', true));
  ctx.strokeStyle = mark.colour;
  ctx.fillStyle = mark.colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  if (mark.y !== undefined) {
    ctx.beginPath();
    ctx.arc(x, plot.valToPos(mark.y, 'y', true), 7 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.stroke();
  }
  if (mark.text === undefined) return;
  ctx.lineWidth = devicePixelRatio;
  ctx.globalAlpha = 0.6;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  ctx.font = `${11 * devicePixelRatio}px Inter, "Segoe UI", "Liberation Sans", sans-serif`;
  const isRight = x > bbox.left + bbox.width * 0.75;
  ctx.textAlign = isRight ? 'right' : 'left';
  ctx.fillText(mark.text, x + (isRight ? -6 : 6) * devicePixelRatio, bbox.top + bbox.height - 6 * devicePixelRatio);
}

function drawMarks(plot: uPlot, marks: readonly CurveMark[]): void {
  plot.ctx.save();
  for (const mark of marks) drawMark(plot, mark);
  plot.ctx.restore();
}

/** Live curves over whole-numbered x; what lies under the pointer is written above them. */
export function CurveChart(props: CurveChartProps): ReactNode {
  const { label, xLabel, x, xMaximum, curves, height = 210 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number>();
  const marksNow = useEffectEvent((plot: uPlot) => drawMarks(plot, props.marks));
  const data = [x, ...curves.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const dataNow = useEffectEvent(() => data);
  const range = props.range;
  const shape = JSON.stringify([curves.map(({ label: name, colour, isDashed }) => [name, colour, isDashed]), range]);
  const plotRef = useRef<uPlot>(undefined);
  const maximumNow = useEffectEvent(() => xMaximum);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const [series, fixed] = JSON.parse(shape) as [[string, string, boolean][], [number, number] | null];
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
          x: { time: false, range: () => [0.5, Math.max(2, maximumNow()) + 0.5] },
          y: fixed ? { range: [fixed[0], fixed[1]] } : { range: (_plot, low, high) => paddedRange(low, high) },
        },
        axes: [
          axis({ size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }),
          axis({ size: 46, values: (_plot, ticks) => ticks.map((tick) => tick.toFixed(ticks.some(isFine) ? 2 : 1)) }),
        ],
        series: [
          {},
          ...series.map(([name, colour, isDashed]) => ({
            label: name,
            stroke: colour,
            width: 2,
            ...(isDashed ? { dash: [6, 4] } : {}),
            points: { show: true, size: 5, stroke: colour, fill: colour },
          })),
        ],
        hooks: { draw: [(drawn) => marksNow(drawn)], setCursor: [({ cursor }) => setAt(cursor.idx ?? undefined)] },
      },
      dataNow(),
      element,
    );
    plotRef.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: Math.max(200, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [shape, height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the marks are drawn from the latest props, they only say when
  useEffect(() => plotRef.current?.setData(dataNow()), [data, xMaximum, props.marks]);
  const shownAt = at !== undefined && at < x.length ? at : x.length - 1;
  return (
    <figure className="curve-chart" aria-label={label}>
      <figcaption className="chart-legend">
        {x.length > 0 ? (
          <span className="dim">
            {xLabel} {x[shownAt]}
          </span>
        ) : null}
        <CurveLegend curves={curves} at={shownAt} />
      </figcaption>
      <div ref={holder} className="curve-holder" role="img" aria-label={label} />
    </figure>
  );
}

const isFine = (tick: number): boolean => Math.abs(tick * 10 - Math.round(tick * 10)) > 1e-6;

function paddedRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const top = high > 0 ? high * 1.08 : 1;
  return [0, top];
}
