/**
 * What one transaction of bulk work may take, so that a label saved by hand meanwhile does not wait noticeably: writing to the
 * disk at its end comes on top of it, and together they are to stay within 20 ms.
 */
export const transactionBudgetMs = 8;
