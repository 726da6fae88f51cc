/** The product's mark, beside its name. */
export function Mark({ size }: { readonly size: string }) {
  return <img src="/assets/vetted.svg" alt="" style={{ width: size, height: size, flexShrink: 0 }} />;
}
