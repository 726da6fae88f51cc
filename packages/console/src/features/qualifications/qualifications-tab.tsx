/** A customer's qualifications, and the way to request one. */
export function QualificationsTab({ customerId }: { readonly customerId: string }) {
  return <p>{customerId}</p>;
}
