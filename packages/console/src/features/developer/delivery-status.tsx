import { Badge, type BadgeProps, makeStyles } from '@fluentui/react-components';
import { CheckmarkCircleFilled, ClockFilled, DismissCircleFilled } from '@fluentui/react-icons';

type Look = Pick<BadgeProps, 'color' | 'icon'> & { readonly word: string };

const delivered: Look = { word: 'Delivered', color: 'success', icon: <CheckmarkCircleFilled /> };

const pending: Look = { word: 'On its way', color: 'warning', icon: <ClockFilled /> };
/** Whatever was attempted and is still to come was refused. */
const refused: Look = { ...pending, word: 'Will be tried again' };

/** A test event's report and the listing of deliveries have a name each for what was taken. */
const looks: Readonly<Record<string, Look>> = {
  pending,
  delivered,
  completed: delivered,
  failed: { word: 'Not delivered', color: 'danger', icon: <DismissCircleFilled /> },
};

const useStyles = makeStyles({ badge: { whiteSpace: 'nowrap' } });

interface DeliveryStatusProps {
  readonly status: string;
  /** How many there have been. */
  readonly attempts: number;
}

/** What became of a delivery; told by word and icon, not by colour alone. */
export function DeliveryStatus({ status, attempts }: DeliveryStatusProps) {
  const styles = useStyles();
  const known = Object.hasOwn(looks, status) ? looks[status] : undefined;
  const { word, ...look } = known === pending && attempts > 0 ? refused : (known ?? { word: status });
  return (
    <Badge appearance="tint" className={styles.badge} {...look}>
      {word}
    </Badge>
  );
}
