/** The version that the client names in its user agent; a test holds it against package.json. */
export const VERSION = '0.1.0';
