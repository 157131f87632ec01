import { useEffect, useMemo, useState } from 'react';
import { linkViewports } from '../../viewer/linkedScrolling.ts';
import type { ViewportController } from '../../viewer/viewportController.ts';

/** What the shown viewports have to do with each other. */
export interface ViewportLinks {
  readonly isLinked: boolean;
  readonly toggleLinked: () => void;
  readonly areLinesShown: boolean;
  readonly toggleLines: () => void;
}

/** Scrolling together and reference lines between the first `count` viewports. */
export function useViewportLinks(controllers: readonly ViewportController[], count: number): ViewportLinks {
  const [isLinked, setLinked] = useState(false);
  const [areLinesShown, setLinesShown] = useState(true);
  const shown = useMemo(() => controllers.slice(0, count), [controllers, count]);
  useEffect(() => (isLinked ? linkViewports(shown) : undefined), [isLinked, shown]);
  useEffect(() => {
    const isOn = areLinesShown && shown.length > 1;
    for (const controller of shown) controller.setReferenceLines(isOn);
  }, [areLinesShown, shown]);
  return {
    isLinked,
    toggleLinked: () => setLinked((before) => !before),
    areLinesShown,
    toggleLines: () => setLinesShown((before) => !before),
  };
}
