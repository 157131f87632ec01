import { expect, type Locator, type Page } from '@playwright/test';

/** The list of datasets, the recipe of a new one and the page of a frozen one. */
export class DatasetsPage {
  readonly page: Page;
  readonly recipe: Locator;
  readonly freezeButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.recipe = page.getByRole('form', { name: 'Recipe' });
    this.freezeButton = page.getByRole('button', { name: 'Freeze' });
  }

  async startNew(): Promise<void> {
    await this.page.getByRole('button', { name: 'New dataset' }).click();
    await expect(this.page.getByRole('heading', { name: 'New dataset' })).toBeVisible();
  }

  /** Chooses the option of a field whose text fits. */
  async choose(label: string, option: RegExp): Promise<void> {
    const field = this.recipe.getByLabel(label, { exact: true });
    const title = await field.getByRole('option').filter({ hasText: option }).first().textContent();
    await field.selectOption({ label: title ?? '' });
  }

  async fill(label: string, value: number): Promise<void> {
    await this.recipe.getByLabel(label, { exact: true }).fill(String(value));
  }

  /** Freezes and waits for the page of the new dataset. */
  async freeze(): Promise<void> {
    await expect(this.freezeButton).toBeEnabled({ timeout: 30_000 });
    await this.freezeButton.click();
    await expect(this.page.getByRole('button', { name: 'Train on this' })).toBeVisible({ timeout: 90_000 });
  }

  /** Pictures of a part as the network sees them. */
  pictures(part: string): Locator {
    return this.page.getByRole('region', { name: `Pictures of ${part}` }).getByRole('button', { name: /^Open / });
  }
}
