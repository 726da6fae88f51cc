import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { customerQuery } from '../../queries/customer-queries.js';
import { useClient } from '../../session/session-context.js';
import { customerPath } from '../../ui/paths.js';

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

/** A customer by name, or by its id while the name is not known; leads to its page. */
export function CustomerLink({ customerId }: { readonly customerId: string }) {
  const styles = useStyles();
  const client = useClient();
  const { data: customer } = useQuery({
    ...customerQuery(client, customerId),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Link to={customerPath(customerId)} className={styles.link}>
      <bdi>{customer?.companyProfile.companyName ?? customerId}</bdi>
    </Link>
  );
}
