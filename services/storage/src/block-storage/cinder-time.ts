/** Cinder writes UTC with microseconds and without a zone. */
export const cinderTime = (at: Date): string => at.toISOString().replace(/(\.\d{3})Z$/, '$1000');
