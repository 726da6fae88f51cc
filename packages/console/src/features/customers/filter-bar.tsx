import { Button, Field, makeStyles, SearchBox, Select, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { CustomerAttention } from '@vetted/client';
import { useSearchText } from '../../ui/use-search-text.js';
import { qualificationWord, statusWord } from '../../ui/words.js';
import {
  type CustomerFilters,
  type FilterChanges,
  isVetted,
  qualificationNames,
  vettingStatuses,
} from './customer-filters.js';

/** As long as the service reads it. */
const MAX_SEARCH_LENGTH = 256;

const attentionWords: Readonly<Record<CustomerAttention, string>> = {
  Resubmittable: 'Education denied, may be requested again',
  Overdue: 'Review overdue',
};

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  search: { flex: '3 1 16rem' },
  searchBox: { maxWidth: 'none' },
  // The choices would not get narrower than their longest word.
  filter: { flex: '1 1 8.5rem', gridTemplateColumns: 'minmax(0, 1fr)' },
  attention: { flexBasis: '100%' },
});

interface FilterBarProps {
  readonly filters: CustomerFilters;
  readonly onChange: (changes: FilterChanges) => void;
}

/** Search and filters of the list of customers. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const styles = useStyles();
  const { search = '', qualification = '', vettingStatus = '', attention } = filters;
  const [text, setText] = useSearchText(search, (changed) => onChange({ search: changed }));
  return (
    <search className={styles.bar}>
      <Field className={styles.search} label="Search by name or domain">
        <SearchBox
          className={styles.searchBox}
          placeholder="Name, domain or Microsoft ID"
          maxLength={MAX_SEARCH_LENGTH}
          value={text}
          onChange={(_event, { value }) => setText(value)}
        />
      </Field>
      <Field className={styles.filter} label="Qualification">
        <Select value={qualification} onChange={(_event, { value }) => onChange({ qualification: value })}>
          <option value="">All</option>
          {qualificationNames.map((name) => (
            <option key={name} value={name}>
              {qualificationWord(name)}
            </option>
          ))}
        </Select>
      </Field>
      <Field className={styles.filter} label="Status">
        <Select
          value={vettingStatus}
          disabled={!isVetted(qualification)}
          onChange={(_event, { value }) => onChange({ vettingStatus: value })}
        >
          <option value="">{isVetted(qualification) ? 'All' : 'Not vetted'}</option>
          {vettingStatuses.map((status) => (
            <option key={status} value={status}>
              {statusWord(status)}
            </option>
          ))}
        </Select>
      </Field>
      {attention !== undefined && (
        <div className={styles.attention}>
          <Button
            size="small"
            shape="circular"
            icon={<DismissRegular />}
            iconPosition="after"
            aria-label={`Remove filter: ${attentionWords[attention]}`}
            onClick={() => onChange({ attention: undefined })}
          >
            {attentionWords[attention]}
          </Button>
        </div>
      )}
    </search>
  );
}
