import { type ReactNode, useSyncExternalStore } from 'react';
import type { ActionId } from '../../components/actions/catalogue.ts';
import { definitionOf } from '../../components/actions/catalogue.ts';
import { chordText } from '../../components/actions/chord.ts';
import { keysOf } from '../../components/actions/registry.ts';
import type { IconName } from '../../components/Icon.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import type { Tool } from '../../viewer/tools.ts';
import { shownPresentationOf, type ViewportController } from '../../viewer/viewportController.ts';
import type { Layout } from './readSession.ts';
import type { Undo } from './useUndo.ts';
import type { ViewportLinks } from './useViewportLinks.ts';
import { WindowSelect } from './WindowSelect.tsx';

interface ToolStripProps {
  readonly controller: ViewportController;
  readonly isCt: boolean;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly layout: Layout;
  readonly onLayout: (layout: Layout) => void;
  readonly undo: Undo;
  readonly links: ViewportLinks;
  /** Why no planes can be computed; undefined where they can. */
  readonly noMpr: string | undefined;
  readonly onMpr: () => void;
}

const lookTools = ['window', 'zoom', 'pan', 'scroll', 'loupe'] as const;
const measureTools = ['length', 'bidirectional'] as const;
const markTools = ['ellipse', 'rectangle', 'polygon'] as const;
const layouts = [1, 2, 4] as const;

const labelOf = (id: ActionId): string => {
  const chord = keysOf(id)[0];
  return chord ? `${definitionOf(id).title} (${chordText(chord)})` : definitionOf(id).title;
};

/** Tools grouped by purpose; every one has its key in the tooltip. */
export function ToolStrip(props: ToolStripProps): ReactNode {
  const { controller, isCt, tool, onTool, layout, onLayout, undo, links, noMpr, onMpr } = props;
  const state = useSyncExternalStore(controller.subscribe, controller.get);
  const toolButton = (group: 'view' | 'mark', name: Tool & IconName): ReactNode => (
    <IconButton
      key={name}
      icon={name}
      label={labelOf(`${group}.${name}` as ActionId)}
      isPressed={tool === name}
      onClick={() => onTool(name)}
    />
  );
  const isMpr = layout === 'mpr';
  const annotations = shownPresentationOf(state)?.graphics.length ?? 0;
  const hasOverlays = (state.image?.overlays.length ?? 0) + annotations > 0;
  return (
    <div className="tool-strip" role="toolbar" aria-label="Tools">
      <fieldset aria-label="Look">
        {isMpr ? toolButton('view', 'crosshair') : null}
        {lookTools.map((name) => toolButton('view', name))}
        <IconButton
          icon="invert"
          label={labelOf('view.invert')}
          isPressed={state.view.isInverted}
          onClick={() => controller.invert()}
        />
        <IconButton
          icon={state.isPlaying ? 'pause' : 'cine'}
          label={labelOf('view.cine')}
          isPressed={state.isPlaying}
          disabled={(state.stack?.frames.length ?? 0) < 2}
          onClick={() => controller.toggleCine()}
        />
        {isMpr ? null : (
          <>
            <IconButton icon="rotate" label={labelOf('view.rotate')} onClick={() => controller.rotate()} />
            <IconButton
              icon="flip"
              label={labelOf('view.flip')}
              isPressed={state.view.isFlipped}
              onClick={() => controller.flip()}
            />
            <IconButton
              icon="overlay"
              label={labelOf('view.overlays')}
              isPressed={hasOverlays && state.areOverlaysShown}
              disabled={!hasOverlays}
              onClick={() => controller.toggleOverlays()}
            />
          </>
        )}
        <IconButton icon="reset" label={labelOf('view.reset')} onClick={() => controller.reset()} />
      </fieldset>
      {isMpr && !isCt ? null : <WindowSelect controller={controller} isCt={isCt} />}
      <fieldset aria-label="Measure" disabled={isMpr}>
        {measureTools.map((name) => toolButton('mark', name))}
      </fieldset>
      <fieldset aria-label="Mark" disabled={isMpr}>
        {markTools.map((name) => toolButton('mark', name))}
      </fieldset>
      <fieldset aria-label="History">
        <IconButton icon="undo" label={labelOf('edit.undo')} disabled={!undo.canUndo} onClick={undo.undo} />
        <IconButton icon="redo" label={labelOf('edit.redo')} disabled={!undo.canRedo} onClick={undo.redo} />
      </fieldset>
      <fieldset aria-label="Between viewports" className="tool-strip-end">
        <IconButton
          icon="link"
          label={labelOf('view.link')}
          isPressed={links.isLinked}
          disabled={layout === 1 || isMpr}
          onClick={links.toggleLinked}
        />
        <IconButton
          icon="referenceLines"
          label={labelOf('view.referenceLines')}
          isPressed={links.areLinesShown}
          disabled={layout === 1 || isMpr}
          onClick={links.toggleLines}
        />
      </fieldset>
      <fieldset aria-label="Layout">
        {layouts.map((count) => (
          <IconButton
            key={count}
            icon={`layout${count}`}
            label={labelOf(`view.layout${count}`)}
            isPressed={layout === count}
            onClick={() => onLayout(count)}
          />
        ))}
        <IconButton
          icon="layoutMpr"
          label={noMpr ? `${definitionOf('view.layoutMpr').title}: not here, ${noMpr}` : labelOf('view.layoutMpr')}
          isPressed={isMpr}
          disabled={noMpr !== undefined}
          onClick={onMpr}
        />
      </fieldset>
    </div>
  );
}
