import { useAction } from '../../components/actions/registry.ts';
import type { Tool } from '../../viewer/tools.ts';
import type { ViewportController } from '../../viewer/viewportController.ts';
import { ctPresets } from '../../viewer/windowPresets.ts';
import type { Layout } from './readSession.ts';
import type { ViewportLinks } from './useViewportLinks.ts';

interface ViewActions {
  readonly controller: ViewportController;
  readonly isCt: boolean;
  readonly setTool: (tool: Tool) => void;
  readonly setLayout: (layout: Layout) => void;
  readonly links: ViewportLinks;
  readonly isMpr: boolean;
  readonly openMpr: () => void;
  /** To the next time, echo or b-value of the same place. */
  readonly stepPart: (by: 1 | -1) => void;
}

/** Keys of looking and of choosing a tool. */
export function useViewActions(actions: ViewActions): void {
  const { controller, isCt, setTool, setLayout, links, isMpr, openMpr, stepPart } = actions;
  useAction('view.forward', () => controller.scrollBy(1));
  useAction('view.back', () => controller.scrollBy(-1));
  useAction('view.forward10', () => controller.scrollBy(10));
  useAction('view.back10', () => controller.scrollBy(-10));
  useAction('view.cine', () => controller.toggleCine());
  useAction('view.invert', () => controller.invert());
  useAction('view.rotate', () => controller.rotate(), !isMpr);
  useAction('view.flip', () => controller.flip(), !isMpr);
  useAction('view.overlays', () => controller.toggleOverlays(), !isMpr);
  useAction('view.partForward', () => stepPart(1), !isMpr);
  useAction('view.partBack', () => stepPart(-1), !isMpr);
  useAction('view.reset', () => controller.reset());
  useAction('view.window', () => setTool('window'));
  useAction('view.zoom', () => setTool('zoom'));
  useAction('view.pan', () => setTool('pan'));
  useAction('view.scroll', () => setTool('scroll'));
  useAction('view.loupe', () => setTool('loupe'));
  useAction('mark.length', () => setTool('length'));
  useAction('mark.bidirectional', () => setTool('bidirectional'));
  useAction('mark.ellipse', () => setTool('ellipse'));
  useAction('mark.rectangle', () => setTool('rectangle'));
  useAction('mark.polygon', () => setTool('polygon'));
  useAction('view.layout1', () => setLayout(1));
  useAction('view.layout2', () => setLayout(2));
  useAction('view.layout4', () => setLayout(4));
  useAction('view.layoutMpr', openMpr);
  useAction('view.crosshair', () => setTool('crosshair'), isMpr);
  useAction('view.link', links.toggleLinked);
  useAction('view.referenceLines', links.toggleLines);
  const preset = (n: number) => () => {
    const window = ctPresets[n - 1];
    if (window) controller.setWindow({ center: window.center, width: window.width });
  };
  useAction('view.preset1', preset(1), isCt);
  useAction('view.preset2', preset(2), isCt);
  useAction('view.preset3', preset(3), isCt);
  useAction('view.preset4', preset(4), isCt);
  useAction('view.preset5', preset(5), isCt);
  useAction('view.preset6', preset(6), isCt);
  useAction('view.preset7', preset(7), isCt);
  useAction('view.preset8', preset(8), isCt);
  useAction('view.preset9', preset(9), isCt);
}
