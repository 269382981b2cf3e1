/** Nova's `max_limit`: rows of one page, whatever the client asks for. */
export const MAX_PAGE = 1000;

export const pageLimit = (asked: number | undefined): number => Math.min(asked ?? MAX_PAGE, MAX_PAGE);
