import { setFlagsFromString } from 'node:v8';

/**
 * How V8 clears away garbage, for a process that answers requests; measured in ADR 0101. Before anything is loaded, as it counts for
 * what is compiled from then on.
 */
// Objects made while the process starts live long, those of requests do not. V8 would conclude from the first to the second, put what
// requests make among what stays, and keep everything it refers to until the next full collection.
setFlagsFromString('--no-allocation-site-pretenuring');
// A full collection when what stays has grown by 35 %. V8 would run one for each 10 MB, every few seconds under load, and each makes all
// requests of a tenth of a second wait where there is one core.
setFlagsFromString('--heap-growing-percent=35');
