import { type ReactNode, useState } from 'react';
import type { SurveyedSeries } from '../../../main/contract/deidentify.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Badge } from '../../components/Badge.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { formatAmount, formatPersonName } from '../../components/format.ts';
import { Switch } from '../../components/Switch.tsx';
import { BoxedPicture } from './BoxedPicture.tsx';
import { MaskEditor } from './MaskEditor.tsx';
import { type Fate, fateOf, type Plan } from './plan.ts';

interface PicturesTabProps {
  readonly plan: Plan;
  readonly onChange: (part: Partial<Plan>) => void;
  readonly chosen: readonly SurveyedSeries[];
}

const mostShown = 200;
/** Pictures are decoded and searched for text: not for a whole department at once. */
const mostPictures = 24;

/** Series whose pictures may carry text, each with the detector's proposals; one of them large, to be masked. */
export function PicturesTab({ plan, onChange, chosen }: PicturesTabProps): ReactNode {
  const [wanted, setWanted] = useState<string>();
  const [showsAll, setShowsAll] = useState(false);
  const withPictures = chosen.filter(({ images }) => images.length > 0);
  const listed = withPictures.filter(({ risk }) => showsAll || risk !== 'low');
  const shown = withPictures.find(({ seriesInstanceUid }) => seriesInstanceUid === wanted) ?? listed[0];
  const all = <Switch label={`Show all ${withPictures.length} series`} isOn={showsAll} onChange={setShowsAll} />;
  if (plan.source === 'folder')
    return (
      <EmptyState icon="folder" title="Files of a folder are not shown">
        <p>
          They are not in the workspace yet. Pictures that may carry text are handled as chosen at the left. To mask
          them by hand, import them, and de-identify them from here.
        </p>
      </EmptyState>
    );
  if (!shown)
    return (
      <EmptyState
        icon="check"
        title={withPictures.length === 0 ? 'No pictures of this workspace chosen' : 'Nothing points to text'}
      >
        <p>
          {withPictures.length === 0
            ? 'Series that are likely to carry burned-in text will be listed here.'
            : 'Kind and header of the chosen images do not speak of burned-in text. That is no proof: look at some.'}
        </p>
        {withPictures.length > 0 ? all : null}
      </EmptyState>
    );
  return (
    <div className="pictures-tab">
      <section className="risk-list" aria-label="Series to look at">
        {all}
        <ul>
          {listed.slice(0, mostShown).map((series, i) => (
            <li key={series.seriesInstanceUid}>
              <RiskLine
                series={series}
                plan={plan}
                isChosen={series === shown}
                hasPicture={i < mostPictures}
                onChoose={() => setWanted(series.seriesInstanceUid)}
              />
            </li>
          ))}
        </ul>
        {listed.length > mostShown ? <p className="dim">and {listed.length - mostShown} more</p> : null}
      </section>
      <MaskEditor key={shown.seriesInstanceUid} series={shown} plan={plan} onChange={onChange} />
    </div>
  );
}

const fates: Readonly<Record<Fate, readonly [tone: 'ok' | 'warn' | 'bad' | 'accent', words: string]>> = {
  copied: ['ok', 'copied as it is'],
  masked: ['accent', 'masked'],
  detector: ['warn', 'masked by the detector'],
  refused: ['bad', 'left out until looked at'],
};

interface RiskLineProps {
  readonly series: SurveyedSeries;
  readonly plan: Plan;
  readonly isChosen: boolean;
  readonly hasPicture: boolean;
  readonly onChoose: () => void;
}

function RiskLine({ series, plan, isChosen, hasPicture, onChoose }: RiskLineProps): ReactNode {
  const [first] = series.images;
  const { data } = useQueryOf(
    'deidentify.picture',
    { sopInstanceUid: first?.sopInstanceUid ?? ('0' as never) },
    { enabled: hasPicture && first !== undefined, staleTimeMs: 3_600_000 },
  );
  const [tone, words] = fates[fateOf(plan, series)];
  const boxes = plan.seriesMasks[series.seriesInstanceUid] ?? [];
  return (
    <button type="button" className="risk-line" aria-pressed={isChosen} onClick={onChoose}>
      <span className="risk-picture">
        {data ? <BoxedPicture picture={data} alt="" proposals={data.proposals} boxes={boxes} /> : null}
      </span>
      <span className="risk-text">
        <span className="truncate">
          {series.modality} · {formatPersonName(series.patientName) || series.patientId}
        </span>
        <span className="truncate dim">{series.description || 'no description'}</span>
        <span className="row">
          <Badge tone={tone}>{words}</Badge>
          {data && data.proposals.length > 0 ? (
            <span className="dim">{formatAmount(data.proposals.length, 'proposal')}</span>
          ) : null}
        </span>
      </span>
    </button>
  );
}
