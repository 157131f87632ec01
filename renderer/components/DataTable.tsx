import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onChoose?: (row: Row) => void;
  readonly isChosen?: (row: Row) => boolean;
}

/** A plain table for up to some hundred rows; a chosen row is opened by click or Enter. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { label, columns, rows, keyOf, onChoose, isChosen } = props;
  return (
    <table className="data-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={column.isNumber ? 'is-number' : undefined}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            tabIndex={onChoose ? 0 : undefined}
            className={onChoose ? 'is-choosable' : undefined}
            aria-selected={isChosen?.(row)}
            onClick={() => onChoose?.(row)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && event.target === event.currentTarget) onChoose?.(row);
            }}
          >
            {columns.map((column) => (
              <td key={column.id} className={column.isNumber ? 'is-number' : undefined}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
