import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { formatAmount, formatPersonName } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import type { Line } from './lines.ts';
import { SeriesLine } from './SeriesLine.tsx';

interface WorklistTableProps {
  readonly lines: readonly Line[];
  readonly selected: string | undefined;
  readonly onSelect: (row: WorklistRow) => void;
  readonly onRead: (row: WorklistRow) => void;
  readonly onTogglePatient: (patientId: string) => void;
}

const patientHeight = 34;
const seriesHeight = 60;

/** Thousands of series, of which only those in sight are in the document. */
export function WorklistTable(props: WorklistTableProps): ReactNode {
  const { lines, selected, onSelect, onRead, onTogglePatient } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (lines[i]?.kind === 'patient' ? patientHeight : seriesHeight),
    getItemKey: (i) => keyOf(lines[i]),
    overscan: 8,
  });
  const selectedAt = lines.findIndex((line) => line.kind === 'series' && line.row.seriesInstanceUid === selected);
  useEffect(() => {
    if (selectedAt >= 0) virtual.scrollToIndex(selectedAt);
  }, [selectedAt, virtual]);
  return (
    <div ref={scroller} className="worklist-table">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's treegrid is made for tables whose rows open */}
      <table role="treegrid" aria-label="Patients and series" aria-rowcount={lines.length}>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            const place = { height: item.size, transform: `translateY(${item.start}px)` };
            if (line.kind === 'patient')
              return (
                <tr
                  key={item.key}
                  className="patient-line"
                  style={place}
                  aria-level={1}
                  aria-rowindex={item.index + 1}
                  aria-expanded={line.isOpen}
                  onClick={() => onTogglePatient(line.patientId)}
                >
                  <PatientCells line={line} />
                </tr>
              );
            const { row } = line;
            return (
              <tr
                key={item.key}
                className="series-line"
                style={place}
                aria-level={2}
                aria-rowindex={item.index + 1}
                aria-selected={row.seriesInstanceUid === selected}
                onClick={() => onSelect(row)}
                onDoubleClick={() => onRead(row)}
              >
                <SeriesLine row={row} isPaused={virtual.isScrolling} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const keyOf = (line: Line | undefined): string =>
  line === undefined ? '' : line.kind === 'patient' ? `patient ${line.patientId}` : line.row.seriesInstanceUid;

function PatientCells({ line }: { line: Extract<Line, { kind: 'patient' }> }): ReactNode {
  const [first] = line.rows;
  if (!first) return null;
  const about = [first.patientSex, first.patientAge].filter(Boolean).join(', ');
  return (
    <td>
      <Icon name={line.isOpen ? 'chevronDown' : 'chevronRight'} size={14} />
      <strong>{formatPersonName(first.patientName) || first.patientId}</strong>
      <span className="dim">{first.patientName ? first.patientId : ''}</span>
      <span className="dim">{about}</span>
      <span className="dim patient-count">{formatAmount(line.rows.length, 'series', 'series')}</span>
    </td>
  );
}
