import { expect, type Locator, type Page } from '@playwright/test';

export type PracticeKind = 'CT chest' | 'MR brain' | 'Radiograph-like';
const allKinds: readonly PracticeKind[] = ['CT chest', 'MR brain', 'Radiograph-like'];

/** The three doors, the practice set and the guide. */
export class StartPage {
  readonly page: Page;
  readonly guide: Locator;

  constructor(page: Page) {
    this.page = page;
    this.guide = page.getByRole('region', { name: 'Guide' });
  }

  door(title: 'Open images' | 'Make a practice set' | 'Open a workspace'): Locator {
    return this.page.getByRole('button', { name: title });
  }

  /** Fills the practice dialog in, starts it and waits for the worklist that comes after it. */
  async makePracticeSet(patients: number, kinds: readonly PracticeKind[] = ['CT chest']): Promise<void> {
    await this.door('Make a practice set').click();
    const dialog = this.page.getByRole('dialog', { name: 'Make a practice set' });
    await dialog.getByRole('spinbutton', { name: 'Patients' }).fill(String(patients));
    for (const kind of allKinds)
      await dialog.getByRole('switch', { name: new RegExp(kind) }).setChecked(kinds.includes(kind), { force: true });
    await dialog.getByRole('button', { name: 'Make the practice set' }).click();
    await expect(this.page.getByRole('treegrid', { name: 'Patients and series' })).toBeVisible({ timeout: 60_000 });
    // The page opens with the first series; what is chosen before the last one is in may be lost.
    await expect(this.page.getByText('no job running')).toBeVisible({ timeout: 60_000 });
  }

  guideStep(title: string): Locator {
    return this.guide.getByRole('listitem').filter({ hasText: title });
  }

  /** The title of the step the guide proposes. */
  currentStep(): Locator {
    return this.guide.locator('[aria-current="step"]');
  }
}
