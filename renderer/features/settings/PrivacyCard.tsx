import type { ReactNode } from 'react';
import { useQueryOf } from '../../client/hooks.ts';
import { useSetting } from '../../client/settings.ts';
import { Card } from '../../components/Card.tsx';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatBytes } from '../../components/format.ts';
import { Switch } from '../../components/Switch.tsx';

export function PrivacyCard(): ReactNode {
  const { data: status } = useQueryOf('system.status', {});
  const { data: capabilities } = useQueryOf('system.capabilities', {});
  const [guide, setGuide] = useSetting('guide');
  const facts: readonly NamedFact[] = [
    ['Sent to other machines', 'nothing: the program opens no connection beyond this machine'],
    ['Workspace', status?.workspacePath ?? ''],
    ['Free on its disk', status ? formatBytes(status.freeBytes) : ''],
    ['Version', capabilities?.version ?? ''],
    [
      'Runs as',
      capabilities ? `${capabilities.host}${capabilities.hostReason ? `: ${capabilities.hostReason}` : ''}` : '',
    ],
  ];
  return (
    <div className="stack">
      <Card title="Appearance">
        <div className="stack">
          <p className="dim">
            Dark, for the reading room. Movement is left out where the system asks for reduced motion.
          </p>
          <Switch
            label="Show the guide"
            isOn={guide !== 'closed'}
            onChange={(isOn) => setGuide(isOn ? 'shown' : 'closed')}
          />
        </div>
      </Card>
      <Card title="Privacy">
        <div className="stack">
          <p>
            Groundglass opens no connection to other machines. Images stay where they are and are never changed; labels,
            data sets and models stay in the workspace folder. Logs hold no patient data.
          </p>
          <FactList facts={facts} />
          <p className="dim">For research only. Not a medical device; no result may guide the care of a patient.</p>
        </div>
      </Card>
    </div>
  );
}
