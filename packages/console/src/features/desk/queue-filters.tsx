import { Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components';
import { SearchRegular } from '@fluentui/react-icons';
import type { RefObject } from 'react';
import { useSearchText } from '../../ui/use-search-text.js';
import { statusWord } from '../../ui/words.js';
import { ALL, type DeskFilters, type FilterName } from './use-desk-filters.js';

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(9rem, 100%), 1fr))',
    gap: tokens.spacingHorizontalS,
  },
  search: { gridColumn: '1 / -1' },
  field: { minWidth: 0, width: '100%' },
});

interface QueueFiltersProps {
  readonly filters: DeskFilters;
  readonly setFilter: (name: FilterName, value: string) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

/** What the queue is narrowed to. */
export function QueueFilters({ filters, setFilter, search }: QueueFiltersProps) {
  const styles = useStyles();
  const [text, setText] = useSearchText(filters.search ?? '', (typed) => setFilter('search', typed));
  return (
    <search className={styles.filters}>
      <Field label="Search" className={styles.search}>
        <Input
          ref={(input: HTMLInputElement | null) => {
            search.current = input;
          }}
          type="search"
          className={styles.field}
          contentBefore={<SearchRegular />}
          placeholder="Company, domain or Microsoft ID"
          maxLength={256}
          value={text}
          onChange={(_event, { value }) => setText(value)}
        />
      </Field>
      <Field label="Status">
        <Select
          className={styles.field}
          value={filters.status ?? ALL}
          onChange={(_event, { value }) => setFilter('status', value === 'InReview' ? '' : value)}
        >
          {(['InReview', 'Approved', 'Denied'] as const).map((status) => (
            <option key={status} value={status}>
              {statusWord(status)}
            </option>
          ))}
          <option value={ALL}>All</option>
        </Select>
      </Field>
    </search>
  );
}
