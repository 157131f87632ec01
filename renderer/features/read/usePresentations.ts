import { useEffect, useSyncExternalStore } from 'react';
import type { PresentationState } from '../../../main/contract/images.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { useAction } from '../../components/actions/registry.ts';
import { appliesTo } from '../../viewer/presentation/framePresentation.ts';
import type { ViewportController } from '../../viewer/viewportController.ts';

const none: readonly PresentationState[] = [];

interface Presentations {
  /** Of the series of the viewport. */
  readonly states: readonly PresentationState[];
  readonly unreadable: number;
}

/** The presentation states of a series, and the key that goes through those about the image on screen. */
export function usePresentations(
  seriesInstanceUid: string | undefined,
  controller: ViewportController,
  isOn: boolean,
): Presentations {
  const { data } = useQueryOf(
    'presentations.list',
    { seriesInstanceUid: seriesInstanceUid ?? '' },
    { enabled: seriesInstanceUid !== undefined },
  );
  const states = data?.states ?? none;
  const { presentation, stack, shownIndex } = useSyncExternalStore(controller.subscribe, controller.get);
  const frame = shownIndex === undefined ? undefined : stack?.frames[shownIndex];
  const chosen = presentation?.sopInstanceUid;
  useEffect(() => {
    // A list read anew brings new objects for the same states.
    const now = chosen === undefined ? undefined : states.find(({ sopInstanceUid }) => sopInstanceUid === chosen);
    if (now) controller.setPresentation(now);
  }, [controller, states, chosen]);
  useAction(
    'view.presentation',
    () => {
      const choices = frame ? states.filter((state) => appliesTo(state, frame)) : [];
      const at = choices.findIndex(({ sopInstanceUid }) => sopInstanceUid === chosen);
      controller.setPresentation(choices[at + 1]);
    },
    isOn && states.length > 0,
  );
  return { states, unreadable: data?.unreadable ?? 0 };
}
