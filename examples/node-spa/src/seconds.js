export const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);
