import { expect, type Locator, type Page } from '@playwright/test';

/** The page of one model: headline, ROC, confusion matrix, cases. */
export class ModelsPage {
  readonly page: Page;
  readonly headline: Locator;
  readonly confusion: Locator;

  constructor(page: Page) {
    this.page = page;
    this.headline = page.locator('.headline-number');
    this.confusion = page.getByRole('table', { name: 'Confusion matrix' });
  }

  /** AUROC and its 95 % interval as they are written. */
  async auroc(): Promise<{ readonly value: number; readonly low: number; readonly high: number }> {
    await expect(this.headline).toContainText('AUROC', { timeout: 90_000 });
    const text = (await this.headline.textContent()) ?? '';
    const found = /([\d.]+)\s*\[([\d.]+), ([\d.]+)\]/.exec(text);
    if (!found) throw new Error(`no AUROC with an interval in "${text}"`);
    return { value: Number(found[1]), low: Number(found[2]), high: Number(found[3]) };
  }

  cells(): Locator {
    return this.confusion.getByRole('button');
  }

  /** The cell with most cases, of the later class where two hold as many. */
  async fullestCell(): Promise<{ readonly cell: Locator; readonly cases: number }> {
    const counts = (await this.cells().locator('strong').allTextContents()).map(Number);
    const at = counts.lastIndexOf(Math.max(...counts));
    return { cell: this.cells().nth(at), cases: counts[at] ?? 0 };
  }

  cases(): Locator {
    return this.page.locator('.case-gallery').getByRole('button', { name: /^Open patient/ });
  }
}
