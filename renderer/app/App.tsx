import { type ReactNode, useEffect, useState } from 'react';
import { useAction } from '../components/actions/registry.ts';
import { useKeyboard } from '../components/actions/useKeyboard.ts';
import { setContextPanelOutlet, useHasContextPanel } from '../components/ContextPanel.tsx';
import { DropAnywhere } from '../features/start/DropAnywhere.tsx';
import { Guide } from '../features/start/Guide.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { KeySheet } from './KeySheet.tsx';
import { PageView } from './PageView.tsx';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';
import { useSavedKeys } from './useSavedKeys.ts';

type Overlay = 'palette' | 'keys' | undefined;

/** The window: rail, top bar, page, side panel, status bar, and what floats above them. */
export function App(): ReactNode {
  const [overlay, setOverlay] = useState<Overlay>();
  const [isPanelShown, setPanelShown] = useState(true);
  const hasPanel = useHasContextPanel();
  useKeyboard();
  useSavedKeys();
  useAction('app.palette', () => setOverlay('palette'));
  useAction('app.keys', () => setOverlay('keys'));
  useAction('app.panel', () => setPanelShown((shown) => !shown), hasPanel);
  useEffect(() => {
    // A file dropped beside a drop target must not replace the program by the file.
    const refuse = (event: DragEvent): void => event.preventDefault();
    window.addEventListener('dragover', refuse);
    window.addEventListener('drop', refuse);
    return () => {
      window.removeEventListener('dragover', refuse);
      window.removeEventListener('drop', refuse);
    };
  }, []);
  return (
    <div className={`frame ${hasPanel && isPanelShown ? 'has-panel' : ''}`}>
      <Rail />
      <TopBar onSearch={() => setOverlay('palette')} onKeys={() => setOverlay('keys')} />
      <main className="frame-main">
        <ConnectionBanner />
        <Guide />
        <div className="frame-page">
          <PageView />
        </div>
      </main>
      <aside
        className="context-panel"
        aria-label="Side panel"
        ref={setContextPanelOutlet}
        hidden={!hasPanel || !isPanelShown}
      />
      <StatusBar />
      <Toasts />
      <DropAnywhere />
      {overlay === 'palette' ? <CommandPalette onClose={() => setOverlay(undefined)} /> : null}
      {overlay === 'keys' ? <KeySheet onClose={() => setOverlay(undefined)} /> : null}
    </div>
  );
}
