import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { Select } from '../../components/Select.tsx';
import type { ViewportController } from '../../viewer/viewportController.ts';
import { fittedWindow, type WindowChoice, windowChoices } from '../../viewer/windowChoices.ts';
import { ctPresets } from '../../viewer/windowPresets.ts';

interface WindowSelectProps {
  readonly controller: ViewportController;
  readonly isCt: boolean;
}

/** The usual CT windows, and those the image itself offers: of its header, fitted, all values. */
export function WindowSelect({ controller, isCt }: WindowSelectProps): ReactNode {
  const { image, view } = useSyncExternalStore(controller.subscribe, controller.get);
  const choices = useMemo(() => windowChoices(image), [image]);
  if (!image || image.isColour) return null;
  const { window } = view;
  const isNow = (other: WindowChoice['window']): boolean =>
    other === undefined || other === 'fitted'
      ? other === window
      : other.center === window?.center && other.width === window.width;
  const chosen = isCt ? ctPresets.find(isNow)?.name : undefined;
  return (
    <Select
      label="Window preset"
      isLabelHidden
      value={chosen ?? choices.find((choice) => isNow(choice.window))?.id ?? ''}
      options={[
        { value: '', title: 'Window preset' },
        ...(isCt ? ctPresets.map(({ name }, i) => ({ value: name, title: `${name} (Shift ${i + 1})` })) : []),
        ...choices.map(({ id, title }) => ({ value: id, title })),
      ]}
      onChange={(value) => {
        const preset = ctPresets.find(({ name }) => name === value);
        const choice = choices.find(({ id }) => id === value);
        if (preset) controller.setWindow({ center: preset.center, width: preset.width });
        else if (choice?.window === 'fitted') controller.setWindow(fittedWindow(image));
        else if (choice?.window) controller.setWindow(choice.window);
        else if (choice) controller.showTable();
      }}
    />
  );
}
