/** Of an even number of values the upper of the two in the middle; NaN of none. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
