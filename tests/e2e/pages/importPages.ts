import { expect, type Locator, type Page } from '@playwright/test';

/** The chooser of files on the core's machine, and the card that tells how an import went. */
export class ImportPages {
  readonly page: Page;
  readonly chooser: Locator;
  readonly card: Locator;

  constructor(page: Page) {
    this.page = page;
    this.chooser = page.getByRole('dialog', { name: 'Open images' });
    this.card = page.getByRole('region', { name: 'Import' });
  }

  async openChooser(folder: string): Promise<void> {
    await this.page.keyboard.press('Control+o');
    await this.chooser.getByRole('textbox', { name: 'Folder' }).fill(folder);
    await this.chooser.getByRole('button', { name: 'Go', exact: true }).click();
    await expect(this.chooser.getByRole('textbox', { name: 'Folder' })).toHaveValue(folder);
  }

  async importFolder(folder: string): Promise<void> {
    await this.openChooser(folder);
    await this.chooser.getByRole('button', { name: 'Import this folder' }).click();
    await this.isFinished();
  }

  async isFinished(timeout = 60_000): Promise<void> {
    await expect(this.card.getByRole('heading', { name: 'Import finished' })).toBeVisible({ timeout });
  }

  async openWorklist(): Promise<void> {
    await this.card.getByRole('button', { name: 'Open the worklist' }).click();
  }

  /** One refused file in the list of the card. */
  rejected(name: string): Locator {
    return this.card.getByRole('listitem').filter({ hasText: name });
  }
}
