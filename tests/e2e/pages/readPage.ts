import { expect, type Locator, type Page } from '@playwright/test';
import { type CanvasPixels, canvasPixels } from '../support/canvasPixels.ts';

export type DrawTool = 'Ellipse' | 'Rectangle' | 'Freehand outline' | 'Length' | 'Bidirectional';
/** Fractions of the viewport's width and height. */
export type Place = readonly [x: number, y: number];

/** Viewports, tools, questions, lesions and what a model says. */
export class ReadPage {
  readonly page: Page;
  readonly tools: Locator;
  readonly strip: Locator;
  readonly model: Locator;
  readonly lesions: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tools = page.getByRole('toolbar', { name: 'Tools' });
    this.strip = page.getByRole('navigation', { name: 'Series of this patient' });
    this.model = page.getByRole('tabpanel', { name: 'Model' });
    this.lesions = page.getByRole('list', { name: 'Lesions of this series' });
  }

  viewport(number = 1): Locator {
    return this.page.getByRole('region', { name: new RegExp(`^Viewport ${number}`) });
  }

  /** Waits until the wanted image is painted. */
  async isShown(number = 1): Promise<void> {
    await expect(this.viewport(number)).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 });
    await expect(this.viewport(number)).toHaveAttribute('data-frame', /\d+/, { timeout: 20_000 });
  }

  slice(number = 1): Locator {
    return this.viewport(number).getByTestId('slice');
  }

  async sliceNumber(number = 1): Promise<number> {
    return Number((await this.slice(number).textContent())?.split('/')[0]);
  }

  pixels(number = 1): Promise<CanvasPixels> {
    return canvasPixels(this.viewport(number));
  }

  tool(name: string): Locator {
    return this.tools.getByRole('button', { name: new RegExp(`^${name}( \\(|$)`) });
  }

  tab(name: 'Questions' | 'Lesions' | 'Model' | 'Image'): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  question(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The series of the active viewport, from the address. */
  get seriesInstanceUid(): string {
    return decodeURIComponent(/read\/([^?]+)/.exec(this.page.url())?.[1] ?? '');
  }

  /** Enter for the next case, KeyN for the next unanswered one. */
  async goOn(key: 'Enter' | 'KeyN'): Promise<void> {
    const before = this.page.url();
    await this.page.keyboard.press(key);
    await expect(this.page).not.toHaveURL(before);
    await this.isShown();
  }

  /** Presses a number key for the question that takes them, and waits for its saved mark. */
  async answerByKey(question: string, digit: string): Promise<void> {
    await this.page.keyboard.press(`Digit${digit}`);
    await expect(this.question(question).getByText('saved', { exact: true })).toBeVisible();
  }

  /** Draws on the image with the mouse, through the places in order. */
  async draw(tool: DrawTool, places: readonly Place[], number = 1): Promise<void> {
    await this.tool(tool).click();
    const before = await this.marks(number).count();
    await this.drag(places, number);
    await expect(this.marks(number)).toHaveCount(before + 1);
    await expect(this.viewport(number).locator('.mark.is-pending')).toHaveCount(0);
  }

  async drag(places: readonly Place[], number = 1): Promise<void> {
    const box = await this.viewport(number).boundingBox();
    const [first, ...rest] = places.map(
      ([x, y]) => [(box?.x ?? 0) + x * (box?.width ?? 0), (box?.y ?? 0) + y * (box?.height ?? 0)] as const,
    );
    if (!first) throw new Error('nothing to draw');
    await this.page.mouse.move(first[0], first[1]);
    await this.page.mouse.down();
    for (const [x, y] of rest) await this.page.mouse.move(x, y, { steps: 4 });
    await this.page.mouse.up();
  }

  marks(number = 1): Locator {
    return this.viewport(number).getByTestId('mark');
  }

  /** Where each mark's outline lies on the screen, by the label's id; the page's own pixels. */
  async markBoxes(number = 1): Promise<ReadonlyMap<string, readonly number[]>> {
    const found = await this.marks(number).evaluateAll((marks) =>
      marks.map((mark) => {
        const box = mark.querySelector('.mark-line')?.getBoundingClientRect();
        return [mark.getAttribute('data-mark-id') ?? '', box ? [box.x, box.y, box.width, box.height] : []] as const;
      }),
    );
    return new Map(found);
  }
}
