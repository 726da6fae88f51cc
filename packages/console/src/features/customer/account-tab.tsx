import { makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { Customer } from '@vetted/client';
import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button.js';
import { countryName } from '../../ui/country-name.js';

const useStyles = makeStyles({
  card: {
    display: 'grid',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  title: { margin: 0 },
  list: { display: 'grid', gap: tokens.spacingVerticalM, margin: 0 },
  fact: {
    display: 'grid',
    gridTemplateColumns: 'minmax(8rem, 14rem) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    alignItems: 'baseline',
    '@media (max-width: 40rem)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  name: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: 'anywhere' },
});

const relationships: ReadonlyMap<string, string> = new Map([
  ['reseller', 'Reseller'],
  ['advisor', 'Advisor'],
]);

/** Who the customer is. */
export function AccountTab({ customer }: { readonly customer: Customer }) {
  const styles = useStyles();
  const { companyName, domain, address, email } = customer.companyProfile;
  const { relationshipToPartner: relationship } = customer;
  return (
    <section className={styles.card} aria-labelledby="customer-account-info">
      <Subtitle2 as="h2" className={styles.title} id="customer-account-info">
        Customer Account Info
      </Subtitle2>
      <dl className={styles.list}>
        <Fact name="Company name">
          <bdi>{companyName}</bdi>
        </Fact>
        <Fact name="Domain">{domain}</Fact>
        {address?.country !== undefined && <Fact name="Country">{countryWithCode(address.country)}</Fact>}
        {email !== undefined && <Fact name="Email">{email}</Fact>}
        {relationship !== undefined && (
          <Fact name="Relationship">{relationships.get(relationship) ?? relationship}</Fact>
        )}
        <Fact name="Microsoft ID">
          {customer.id} <CopyButton text={customer.id} label="Copy Microsoft ID" iconOnly />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}

function countryWithCode(code: string): string {
  const name = countryName(code);
  return name === code ? code : `${name} (${code})`;
}
