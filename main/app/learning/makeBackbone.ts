import { z } from 'zod';
import { ArchitectureId } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { pretrain, usualRecipe, writeBackbone } from '../../learning/pretraining/pretrain.ts';
import { threadCount } from './threadCount.ts';

const Recipe = z.object({
  architecture: ArchitectureId.default(usualRecipe.architecture),
  size: z.number().int().min(32).max(256).default(usualRecipe.size),
  images: z.number().int().min(1).default(usualRecipe.images),
  batchSize: z.number().int().min(2).max(512).default(usualRecipe.batchSize),
  learningRate: z.number().positive().default(usualRecipe.learningRate),
  seed: z.number().int().nonnegative().default(usualRecipe.seed),
  threads: z.number().int().min(1).max(256).optional(),
});

interface BackboneOptions {
  readonly out: string;
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly minutes?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number, message: string) => void;
}

/** Pretrains a network on formula-driven images and writes its folder; stopped early, it keeps what was learned. */
export async function makeBackbone({ out, recipe: given, minutes, signal, onProgress }: BackboneOptions) {
  const parsed = Recipe.safeParse(given);
  const issue = parsed.error?.issues[0];
  if (!parsed.success) throw new AppError('invalid-input', `${issue?.path.join('.')}: ${issue?.message}`);
  const threads = parsed.data.threads ?? threadCount();
  const recipe = { ...parsed.data, threads, ...(minutes !== undefined && { minutes }) };
  const outcome = await pretrain(recipe, {
    signal,
    onProgress: ({ images, loss, seconds, etaSeconds }) => {
      const left = `${Math.ceil(etaSeconds / 60)} min left`;
      onProgress(seconds / (seconds + etaSeconds), `${images} images, loss ${loss.toFixed(3)}, ${left}`);
    },
  });
  const { sizeBytes } = writeBackbone(out, recipe, outcome);
  const { images, loss, seconds } = outcome;
  return { backbone: out, images, loss, seconds, size_bytes: sizeBytes };
}
