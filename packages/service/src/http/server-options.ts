/** How Node.js reads requests, on every port alike. */
export const serverOptions = {
  // Node.js would answer what lacks one by itself, without a fault.
  requireHostHeader: false,
  // It would take the first of two tokens and drop the other in silence, which a proxy in front may have looked at.
  joinDuplicateHeaders: true,
} as const;
