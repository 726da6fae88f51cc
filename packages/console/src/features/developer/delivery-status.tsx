import { Badge, type BadgeProps, makeStyles } from '@fluentui/react-components';
import { CheckmarkCircleFilled, ClockFilled, DismissCircleFilled } from '@fluentui/react-icons';

type Look = Pick<BadgeProps, 'color' | 'icon'> & { readonly word: string };

const delivered: Look = { word: 'Delivered', color: 'success', icon: <CheckmarkCircleFilled /> };

/** A test event's report and the listing of deliveries have a name each for what was taken. */
const looks: Readonly<Record<string, Look>> = {
  pending: { word: 'On its way', color: 'warning', icon: <ClockFilled /> },
  delivered,
  completed: delivered,
  failed: { word: 'Not delivered', color: 'danger', icon: <DismissCircleFilled /> },
};

const useStyles = makeStyles({ badge: { whiteSpace: 'nowrap' } });

/** What became of a delivery; told by word and icon, not by colour alone. */
export function DeliveryStatus({ status }: { readonly status: string }) {
  const styles = useStyles();
  const { word, ...look } = (Object.hasOwn(looks, status) ? looks[status] : undefined) ?? { word: status };
  return (
    <Badge appearance="tint" className={styles.badge} {...look}>
      {word}
    </Badge>
  );
}
