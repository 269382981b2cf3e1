/** The name of the demonstration image in the exchange's image service. */
export const IMAGE_NAME = 'demonstration';
