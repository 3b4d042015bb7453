export const slides = {} as const;
