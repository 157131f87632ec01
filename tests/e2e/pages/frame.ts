import { expect, type Locator, type Page } from '@playwright/test';

/** What is around every page: rail, top bar, reader, jobs, messages. */
export class Frame {
  readonly page: Page;
  readonly rail: Locator;
  readonly messages: Locator;
  readonly jobs: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rail = page.getByRole('navigation', { name: 'Pages' });
    this.messages = page.getByRole('region', { name: 'Messages' });
    this.jobs = page.getByRole('button', { name: /^Jobs,/ });
  }

  async isReady(): Promise<void> {
    await expect(this.rail).toBeVisible({ timeout: 30_000 });
  }

  async goTo(title: 'Worklist' | 'Read' | 'Datasets' | 'Train' | 'Models' | 'Settings'): Promise<void> {
    await this.rail.getByRole('link', { name: title, exact: true }).click();
    await expect(this.rail.getByRole('link', { name: title, exact: true })).toHaveAttribute('aria-current', 'page');
  }

  async goToStart(): Promise<void> {
    await this.rail.getByRole('link', { name: 'Start page' }).click();
  }

  /** Says who is reading: an existing reader is chosen, another one is added. */
  async readAs(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^(Reader: |Choose the reader)/ }).click();
    const menu = this.page.locator('section.popover:popover-open');
    const known = menu.getByRole('button', { name, exact: true });
    if ((await known.count()) > 0) await known.click();
    else {
      await menu.getByRole('textbox', { name: 'Name or initials of a new reader' }).fill(name);
      await menu.getByRole('button', { name: 'Add' }).click();
    }
    await expect(this.page.getByRole('button', { name: `Reader: ${name}` })).toBeVisible();
  }

  /** A message at the lower right. */
  message(text: string | RegExp): Locator {
    return this.messages.getByText(text).first();
  }
}
