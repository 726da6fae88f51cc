import { Tooltip } from '@fluentui/react-components';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const localDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

interface DateTimeProps {
  /** An ISO 8601 text. */
  readonly value: string;
  /** Shows the day alone. */
  readonly dateOnly?: boolean;
}

/** A point in time as the reader writes it; UTC on hover. A text that is no date is shown as it is. */
export function DateTime({ value, dateOnly = false }: DateTimeProps) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return <>{value}</>;
  const utc = `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return (
    <Tooltip content={utc} relationship="description">
      <time dateTime={date.toISOString()}>{(dateOnly ? localDate : local).format(date)}</time>
    </Tooltip>
  );
}
