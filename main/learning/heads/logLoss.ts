/** Mean cross entropy of logits [case][class], cases weighted. */
export function weightedLogLoss(
  logits: readonly (readonly number[])[],
  classes: readonly number[],
  weights: readonly number[],
): number {
  let [sum, total] = [0, 0];
  logits.forEach((row, i) => {
    const largest = Math.max(...row);
    const logSum = largest + Math.log(row.reduce((s, value) => s + Math.exp(value - largest), 0));
    const weight = weights[i] ?? 1;
    sum += weight * (logSum - (row[classes[i] ?? 0] ?? 0));
    total += weight;
  });
  return sum / total;
}
