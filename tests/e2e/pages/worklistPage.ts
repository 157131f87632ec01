import type { Locator, Page } from '@playwright/test';

export class WorklistPage {
  readonly page: Page;
  readonly table: Locator;
  readonly panel: Locator;

  constructor(page: Page) {
    this.page = page;
    this.table = page.getByRole('treegrid', { name: 'Patients and series' });
    this.panel = page.getByRole('region', { name: 'Chosen series' });
  }

  get series(): Locator {
    return this.table.locator('tr[aria-level="2"]');
  }

  seriesWith(text: string | RegExp): Locator {
    return this.series.filter({ hasText: text });
  }

  /** `24 patients, 24 series` */
  get counts(): Locator {
    return this.page.locator('.worklist-header p');
  }

  async read(series: Locator): Promise<void> {
    await series.click();
    await this.page.keyboard.press('Enter');
  }
}
