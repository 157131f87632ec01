import { type ReactNode, useState } from 'react';
import type { SurveyedSeries } from '../../../main/contract/deidentify.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount, formatPersonName } from '../../components/format.ts';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import type { Plan } from './plan.ts';

interface PreviewTabProps {
  readonly plan: Plan;
  readonly chosen: readonly SurveyedSeries[];
}

const tones = { removed: 'bad', emptied: 'warn', replaced: 'accent', added: 'ok', kept: 'neutral' } as const;

/** Every element of one file before and after, with the options as they are set. */
export function PreviewTab({ plan, chosen }: PreviewTabProps): ReactNode {
  const [wanted, setWanted] = useState('');
  const [showsAll, setShowsAll] = useState(false);
  const withImages = chosen.filter(({ images }) => images.length > 0);
  const series = withImages.find(({ seriesInstanceUid }) => seriesInstanceUid === wanted) ?? withImages[0];
  const sopInstanceUid = series?.images[0]?.sopInstanceUid;
  const preview = useQueryOf(
    'deidentify.preview',
    { sopInstanceUid: sopInstanceUid ?? ('0' as never), options: plan.profile },
    { enabled: sopInstanceUid !== undefined, keepPrevious: true, staleTimeMs: 60_000 },
  );
  if (!series)
    return (
      <EmptyState icon="file" title="No file to look at">
        <p>Choose series of this workspace: one of their files is then shown before and after.</p>
      </EmptyState>
    );
  const rows = (preview.data?.rows ?? []).filter(({ change }) => showsAll || change !== 'kept');
  return (
    <div className="preview-tab">
      <div className="row">
        <Select
          label="File of"
          isLabelHidden
          value={series.seriesInstanceUid}
          options={withImages.slice(0, 400).map((each) => ({ value: each.seriesInstanceUid, title: titleOf(each) }))}
          onChange={setWanted}
        />
        <Switch label="Also what stays" isOn={showsAll} onChange={setShowsAll} />
      </div>
      {preview.error ? <ErrorState text={errorText(preview.error)} /> : null}
      <p className="dim">
        {preview.data ? `${formatAmount(rows.length, 'element')} shown. ` : 'Reading the file. '}
        Pseudonym, UIDs and moved dates are examples: the real ones come from the table.
      </p>
      <div className="preview-scroll">
        <table className="data-table" aria-label="Elements before and after">
          <thead>
            <tr>
              <th scope="col">Element</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, name, before, after, change }) => (
              <tr key={path}>
                <th scope="row">
                  <span>{name || 'unknown'}</span>
                  <span className="dim preview-path">{path}</span>
                </th>
                <td className="preview-value">{before}</td>
                <td className="preview-value">{after}</td>
                <td>
                  <Badge tone={tones[change]}>{change}</Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const titleOf = ({ patientName, patientId, modality, description }: SurveyedSeries): string =>
  [formatPersonName(patientName) || patientId, modality, description].filter(Boolean).join(' · ');
