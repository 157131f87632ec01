import { type ReactNode, useState } from 'react';
import { useQueryOf } from '../../client/hooks.ts';
import { runAction } from '../../components/actions/registry.ts';
import { formatAmount } from '../../components/format.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { formatRoute } from '../../components/navigation.ts';
import { InterruptedImports } from './InterruptedImports.tsx';
import { LoopPictures } from './LoopPictures.tsx';
import { PracticeDialog } from './PracticeDialog.tsx';
import { WorkspaceDialog } from './WorkspaceDialog.tsx';

/** Three doors into the program, and under them what it does. */
export function StartPage(): ReactNode {
  const [dialog, setDialog] = useState<'practice' | 'workspace'>();
  const { data: summary } = useQueryOf('system.summary', {});
  const holds = summary && summary.series > 0;
  return (
    <div className="page start-page">
      <header>
        <h1>Groundglass</h1>
        <p className="dim">
          {holds
            ? `This workspace holds ${formatAmount(summary.patients, 'patient')} and ${formatAmount(summary.series, 'series', 'series')}.`
            : 'From your images to a network that you can question, on this machine alone.'}
        </p>
      </header>
      <InterruptedImports />
      <div className="doors">
        <Door icon="open" title="Open images" onOpen={() => runAction('app.open')}>
          A folder, an archive or single files. Or drop them anywhere in this window.
        </Door>
        <Door icon="datasets" title="Make a practice set" onOpen={() => setDialog('practice')}>
          Synthetic patients with known answers, to walk the whole loop in ten minutes.
        </Door>
        <Door icon="workspace" title="Open a workspace" onOpen={() => setDialog('workspace')}>
          Go on where you or a colleague stopped.
        </Door>
      </div>
      <p className="dim">
        Names must stay outside?{' '}
        <a href={formatRoute('deidentify', [], { from: 'folder' })}>De-identify images on their way in</a>.
      </p>
      <LoopPictures />
      {dialog === 'practice' ? <PracticeDialog onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'workspace' ? <WorkspaceDialog onClose={() => setDialog(undefined)} /> : null}
    </div>
  );
}

interface DoorProps {
  readonly icon: IconName;
  readonly title: string;
  readonly onOpen: () => void;
  readonly children: ReactNode;
}

function Door({ icon, title, onOpen, children }: DoorProps): ReactNode {
  return (
    <button type="button" className="door" onClick={onOpen}>
      <Icon name={icon} size={26} />
      <strong>{title}</strong>
      <span className="dim">{children}</span>
    </button>
  );
}
