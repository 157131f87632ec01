import type { ReactNode } from 'react';
import type { NetworkCost } from '../../../main/contract/networks.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { formatBytes } from '../../components/format.ts';
import { formatLarge } from './networkWords.ts';

interface NetworkTableProps {
  readonly networks: readonly NetworkCost[];
  readonly onChoose: (network: NetworkCost) => void;
}

const unless = ({ refusal }: NetworkCost, text: string): string => (refusal ? '–' : text);

const columns: readonly Column<NetworkCost>[] = [
  {
    id: 'title',
    title: 'Network',
    cell: ({ title, description, refusal }) => (
      <div className="network-name">
        <strong>{title}</strong>
        <p className="dim">{refusal ? `It ${refusal}.` : description}</p>
      </div>
    ),
  },
  { id: 'weights', title: 'Weights', isNumber: true, cell: (row) => unless(row, formatLarge(row.parameters)) },
  { id: 'work', title: 'Work an image', isNumber: true, cell: (row) => unless(row, formatLarge(row.multiplyAdds)) },
  {
    id: 'memory',
    title: 'Memory to train',
    isNumber: true,
    cell: (row) => unless(row, formatBytes(row.trainingBytes)),
  },
];

/** Every network with what it costs for the chosen input. */
export function NetworkTable({ networks, onChoose }: NetworkTableProps): ReactNode {
  return (
    <DataTable
      label="Networks"
      columns={columns}
      rows={networks}
      keyOf={({ id }) => id}
      onChoose={(network) => {
        if (!network.refusal) onChoose(network);
      }}
    />
  );
}
