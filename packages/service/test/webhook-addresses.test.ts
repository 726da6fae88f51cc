import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressRefusal } from '../src/webhooks/addresses.js';

/** The groups of hexadecimal digits that an IPv4 address has within an IPv6 one. */
const inHexadecimal = (bytes: readonly number[]) => {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};
const ipv4Bytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

describe('an address on the internet', () => {
  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '93.184.215.14',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.15',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '2a00:1450:4001:82a::200e',
    '::ffff:1.1.1.1',
    '::ffff:101:101',
    '64:ff9b::1.1.1.1',
  ])('may get webhooks: %s', (address) => {
    expect(addressRefusal(address, 'public')).toBeUndefined();
  });

  it.each([
    ['0.0.0.0', 'an unspecified address'],
    ['0.1.2.3', 'an unspecified address'],
    ['10.0.0.0', 'a private address'],
    ['10.255.255.255', 'a private address'],
    ['100.64.0.0', 'an address of carrier-grade NAT'],
    ['100.127.255.255', 'an address of carrier-grade NAT'],
    ['127.0.0.1', 'a loopback address'],
    ['127.255.255.255', 'a loopback address'],
    ['169.254.0.1', 'a link-local address'],
    ['172.16.0.0', 'a private address'],
    ['172.31.255.255', 'a private address'],
    ['192.0.0.8', 'a reserved address'],
    ['192.0.2.1', 'a reserved address'],
    ['192.88.99.1', 'a reserved address'],
    ['192.168.0.0', 'a private address'],
    ['192.168.255.255', 'a private address'],
    ['198.18.0.1', 'a reserved address'],
    ['198.19.255.255', 'a reserved address'],
    ['198.51.100.7', 'a reserved address'],
    ['203.0.113.7', 'a reserved address'],
    ['224.0.0.1', 'a multicast address'],
    ['239.255.255.255', 'a multicast address'],
    ['240.0.0.1', 'a reserved address'],
    ['255.255.255.255', 'a broadcast address'],
    ['::', 'an unspecified address'],
    ['::1', 'a loopback address'],
    ['0:0:0:0:0:0:0:1', 'a loopback address'],
    ['::2', 'a reserved address'],
    ['::8.8.8.8', 'a reserved address'],
    ['::127.0.0.1', 'a reserved address'],
    ['::ffff:0:8.8.8.8', 'a reserved address'],
    ['64:ff9b:1::808:808', 'a reserved address'],
    ['100::1', 'a reserved address'],
    ['100:0:0:1::1', 'a reserved address'],
    ['2001::1', 'a Teredo address'],
    ['2001:2::1', 'a reserved address'],
    ['2001:10::1', 'a reserved address'],
    ['2001:db8::1', 'a reserved address'],
    ['2002:7f00:1::', 'a 6to4 address'],
    ['2002:808:808::', 'a 6to4 address'],
    ['3fff::1', 'a reserved address'],
    ['4000::1', 'a reserved address'],
    ['5f00::1', 'a reserved address'],
    ['fc00::1', 'a unique local address'],
    ['fdff:ffff::1', 'a unique local address'],
    ['fe80::1', 'a link-local address'],
    ['fe80::1%eth0', 'a link-local address'],
    ['fe80::1%br-0a1b', 'a link-local address'],
    ['fec0::1', 'a site-local address'],
    ['ff02::1', 'a multicast address'],
    ['169.254.169.254', 'the metadata service of a cloud'],
    ['100.100.100.200', 'the metadata service of a cloud'],
    ['168.63.129.16', 'the metadata service of a cloud'],
    ['::ffff:a9fe:a9fe', 'the metadata service of a cloud'],
    ['64:ff9b::a83f:8110', 'the metadata service of a cloud'],
    ['fd00:ec2::254', 'the metadata service of a cloud'],
    ['fd00:0ec2:0:0:0:0:0:254', 'the metadata service of a cloud'],
    ['fd20:ce::254', 'the metadata service of a cloud'],
  ])('is not what %s is', (address, refusal) => {
    expect(addressRefusal(address, 'public')).toBe(refusal);
  });

  it.each([
    '',
    'localhost',
    '2130706433',
    '0x7f.1',
    '127.1',
    '0177.0.0.1',
    '1.1.1.1 ',
    '1.1.1.1:80',
    '[::1]',
    '1::2::3',
  ])('is written as DNS gives it, not as "%s"', (address) => {
    expect(addressRefusal(address, 'public')).toBe('no IP address');
    expect(addressRefusal(address, 'loopback')).toBe('no IP address');
  });

  it('is judged the same within an IPv6 address that leads to it', () => {
    fc.assert(
      fc.property(ipv4Bytes, (bytes) => {
        const refusal = addressRefusal(bytes.join('.'), 'public');
        expect(addressRefusal(`::ffff:${inHexadecimal(bytes)}`, 'public')).toBe(refusal);
        expect(addressRefusal(`64:ff9b::${inHexadecimal(bytes)}`, 'public')).toBe(refusal);
      }),
      { seed: 20_201_203 },
    );
  });

  it('is never one that an outdated tunnel leads to', () => {
    fc.assert(
      fc.property(ipv4Bytes, (bytes) => {
        expect(addressRefusal(`2002:${inHexadecimal(bytes)}::1`, 'public')).toBe('a 6to4 address');
        expect(addressRefusal(`2001:0:${inHexadecimal(bytes)}::1`, 'public')).toBe('a Teredo address');
      }),
      { seed: 20_201_203 },
    );
  });
});

describe('an address of this machine', () => {
  it.each(['127.0.0.1', '127.0.0.53', '127.255.255.255', '::1', '::ffff:127.0.0.1'])(
    'may get the webhooks of a sandbox: %s',
    (address) => {
      expect(addressRefusal(address, 'loopback')).toBeUndefined();
    },
  );

  it.each([
    '0.0.0.0',
    '1.1.1.1',
    '10.0.0.1',
    '126.255.255.255',
    '128.0.0.0',
    '169.254.169.254',
    '::',
    '::2',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    '2a00:1450:4001:82a::200e',
  ])('is not what %s is', (address) => {
    expect(addressRefusal(address, 'loopback')).toBe('an address outside this machine');
  });
});
