import { type ReactNode, useState } from 'react';
import type { SurveyedSeries } from '../../../main/contract/deidentify.ts';
import { usePathBrowser } from '../../client/usePathBrowser.ts';
import { Card } from '../../components/Card.tsx';
import { PathField } from '../../components/files/PathField.tsx';
import { formatAmount, formatPersonName } from '../../components/format.ts';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import { type Plan, toggled } from './plan.ts';

interface ImagesCardProps {
  readonly plan: Plan;
  readonly onChange: (part: Partial<Plan>) => void;
  readonly all: readonly SurveyedSeries[];
  readonly isKnown: boolean;
}

const sources = [
  { value: 'workspace', title: 'Images of this workspace' },
  { value: 'folder', title: 'Files of a folder, before anything is imported' },
] as const;

/** What is to be copied: series of the workspace, or files that are not in it yet. */
export function ImagesCard({ plan, onChange, all, isKnown }: ImagesCardProps): ReactNode {
  const setFolder = (folder: string): void => onChange({ folder });
  const browser = usePathBrowser({ kind: 'folder', onChoose: setFolder });
  return (
    <Card title="1  Images">
      <div className="stack">
        <Select label="Take" value={plan.source} options={sources} onChange={(source) => onChange({ source })} />
        {plan.source === 'folder' ? (
          <>
            <PathField label="Folder to read" value={plan.folder} onChange={setFolder} browser={browser} />
            <p className="dim">
              Nothing of it enters the workspace. Pictures that may carry text are handled as chosen below; to look at
              them one by one, import them first.
            </p>
          </>
        ) : (
          <SeriesChoice plan={plan} onChange={onChange} all={all} isKnown={isKnown} />
        )}
        <Switch
          label="Import the copies into this workspace when they are made"
          isOn={plan.importCopies}
          onChange={(importCopies) => onChange({ importCopies })}
        />
      </div>
    </Card>
  );
}

const mostShown = 400;

function SeriesChoice({ plan, onChange, all, isKnown }: ImagesCardProps): ReactNode {
  const [words, setWords] = useState('');
  const fits = all.filter((series) => textOf(series).includes(words.toLowerCase()));
  const isIn = ({ seriesInstanceUid }: SurveyedSeries): boolean => !plan.leftOut.has(seriesInstanceUid);
  const count = fits.filter(isIn).length;
  const take = (list: readonly SurveyedSeries[], isTaken: boolean): void =>
    onChange({
      leftOut: list.reduce((set, { seriesInstanceUid }) => toggled(set, seriesInstanceUid, !isTaken), plan.leftOut),
    });
  return (
    <fieldset className="series-choice">
      <legend className="visually-hidden">Series to copy</legend>
      <div className="row">
        <label className="series-all">
          <input
            type="checkbox"
            checked={count > 0 && count === fits.length}
            ref={(box) => {
              if (box) box.indeterminate = count > 0 && count < fits.length;
            }}
            onChange={(event) => take(fits, event.target.checked)}
          />
          {formatAmount(count, 'series', 'series')} of {fits.length}
        </label>
        <input
          type="search"
          className="input"
          aria-label="Narrow the series down"
          placeholder="Patient, description"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      <ul aria-label="Series">
        {fits.slice(0, mostShown).map((series) => (
          <li key={series.seriesInstanceUid}>
            <label>
              <input
                type="checkbox"
                checked={isIn(series)}
                onChange={(event) => take([series], event.target.checked)}
              />
              <span className="truncate">{formatPersonName(series.patientName) || series.patientId}</span>
              <span className="truncate dim">{series.description || 'no description'}</span>
              <span>{series.modality}</span>
              <span className="is-number dim">{formatAmount(series.files, 'file')}</span>
            </label>
          </li>
        ))}
        {fits.length > mostShown ? (
          <li className="dim">and {fits.length - mostShown} more: narrow them down to see them</li>
        ) : null}
        {isKnown && all.length === 0 ? <li className="dim">This workspace holds no images.</li> : null}
      </ul>
    </fieldset>
  );
}

const textOf = ({ patientName, patientId, description, modality }: SurveyedSeries): string =>
  `${patientName} ${patientId} ${description} ${modality}`.toLowerCase();
