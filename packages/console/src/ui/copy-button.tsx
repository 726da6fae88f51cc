import { Button } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons';
import { useState } from 'react';

interface CopyButtonProps {
  readonly text: string;
  /** What it copies, for those who cannot see what stands beside it: "Copy Microsoft ID". */
  readonly label: string;
  /** Shows the icon alone. */
  readonly iconOnly?: boolean;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  const shown = isCopied ? 'Copied' : label;
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
      aria-label={shown}
      onClick={copy}
      onBlur={() => setCopied(false)}
    >
      {iconOnly ? undefined : shown}
    </Button>
  );
}
