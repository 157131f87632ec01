import { expect, type Locator, type Page } from '@playwright/test';

export interface PlanChanges {
  readonly epochs: number;
  readonly patience?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
}

/** The plan of a training and the page of a running one. */
export class TrainPage {
  readonly page: Page;
  readonly plan: Locator;
  readonly progress: Locator;
  readonly loss: Locator;
  readonly auroc: Locator;

  constructor(page: Page) {
    this.page = page;
    this.plan = page.getByRole('form', { name: 'Plan' });
    this.progress = page.getByRole('region', { name: 'Progress' });
    this.loss = page.getByRole('figure', { name: 'Loss over epochs' });
    this.auroc = page.getByRole('figure', { name: 'AUROC over epochs' });
  }

  /** From the page of a dataset to its plan, which a few measured steps come before. */
  async planFromDataset(): Promise<void> {
    await this.page.getByRole('button', { name: 'Train on this' }).click();
    await expect(this.plan).toBeVisible({ timeout: 90_000 });
  }

  async change({ epochs, patience, batchSize, learningRate }: PlanChanges): Promise<void> {
    const architecture = this.plan.getByLabel('Architecture');
    const small = await architecture
      .getByRole('option')
      .filter({ hasText: /^Small CNN/ })
      .first()
      .textContent();
    await architecture.selectOption({ label: small ?? '' });
    await this.fill('Epochs, at most', epochs);
    if (patience !== undefined) await this.fill('Patience (epochs)', patience);
    if (batchSize !== undefined) await this.fill('Cases per batch', batchSize);
    if (learningRate !== undefined) await this.fill('Learning rate', learningRate);
  }

  async start(): Promise<void> {
    const button = this.page.getByRole('button', { name: 'Train', exact: true });
    await expect(button).toBeEnabled({ timeout: 60_000 });
    await button.click();
    await expect(this.progress.or(this.loss).first()).toBeVisible({ timeout: 30_000 });
  }

  button(name: 'Pause' | 'Resume' | 'Stop and keep best' | 'Evaluate' | 'Open the model' | 'Use on images'): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The badge beside the heading. */
  get state(): Locator {
    return this.page.locator('.page-header .badge').first();
  }

  async isDone(timeout: number): Promise<void> {
    await expect(this.button('Evaluate')).toBeVisible({ timeout });
  }

  /** The number of the last epoch in the curves, 0 before the first. */
  async epochsDrawn(): Promise<number> {
    if ((await this.loss.count()) === 0) return 0;
    return Number(/epoch (\d+)/.exec((await this.loss.textContent()) ?? '')?.[1] ?? 0);
  }

  private async fill(label: string, value: number): Promise<void> {
    await this.plan.getByLabel(label, { exact: true }).fill(String(value));
  }
}
