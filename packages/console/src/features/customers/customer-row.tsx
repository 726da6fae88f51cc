import { mergeClasses, TableCell, TableRow } from '@fluentui/react-components';
import type { CustomerWithQualifications } from '@vetted/client';
import { memo } from 'react';
import { Link } from 'react-router';
import { countryName } from '../../ui/country-name.js';
import type { CustomerPageState } from '../../ui/customer-page-state.js';
import { customerPath } from '../../ui/paths.js';
import { QualificationBadge } from '../../ui/qualification-badge.js';
import { useRowStyles } from './row-styles.js';

interface CustomerRowProps {
  readonly ref: (element: HTMLElement | null) => void;
  readonly row: CustomerWithQualifications;
  /** Its place among the rows that are here, by which its height is measured. */
  readonly index: number;
  /** Its place in the whole table, as a screen reader tells it. */
  readonly rowIndex: number;
  /** Where it stands in the body, in pixels. */
  readonly top: number;
  /** The query of the list, to which the customer's page leads back. */
  readonly listSearch: string;
  readonly onFocus: (index: number) => void;
  /** Called before its customer's page is opened. */
  readonly onFollow: (index: number) => void;
}

/** A customer in the list; a card where there is little room. */
export const CustomerRow = memo(function CustomerRow({
  ref,
  row: { customer, qualifications },
  index,
  rowIndex,
  top,
  listSearch,
  onFocus,
  onFollow,
}: CustomerRowProps) {
  const styles = useRowStyles();
  const { companyName, domain, address } = customer.companyProfile;
  const quiet = mergeClasses(styles.cell, styles.quiet);
  return (
    <TableRow
      ref={ref}
      className={mergeClasses(styles.columns, styles.row)}
      style={{ transform: `translateY(${top}px)` }}
      data-index={index}
      aria-rowindex={rowIndex}
      onFocus={() => onFocus(index)}
    >
      <TableCell className={styles.cell} role="rowheader">
        <Link
          className={styles.link}
          to={customerPath(customer.id)}
          state={{ listSearch } satisfies CustomerPageState}
          onClick={() => onFollow(index)}
        >
          <bdi>{companyName}</bdi>
        </Link>
      </TableCell>
      <TableCell className={quiet}>{domain}</TableCell>
      <TableCell className={quiet}>{address?.country === undefined ? '' : countryName(address.country)}</TableCell>
      <TableCell className={styles.cell}>
        <Qualifications qualifications={qualifications} />
      </TableCell>
    </TableRow>
  );
});

function Qualifications({ qualifications }: Pick<CustomerWithQualifications, 'qualifications'>) {
  const styles = useRowStyles();
  if (qualifications.length === 0) return <span className={styles.none}>No qualification</span>;
  return (
    <div className={styles.badges}>
      {qualifications.map(({ qualification, vettingStatus }) => (
        <QualificationBadge key={qualification} qualification={qualification} vettingStatus={vettingStatus} />
      ))}
    </div>
  );
}
