/** The switches of a sandbox. */
export function SandboxBar() {
  return <section aria-label="Sandbox" />;
}
