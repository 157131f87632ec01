import { availableParallelism } from 'node:os';

/** Threads inside one operator; a training started with a number of its own keeps that number when it is resumed. */
export const threadCount = (): number => availableParallelism();
