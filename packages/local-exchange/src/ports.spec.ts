import { describe, expect, it } from 'vitest';
import { DEFAULT_PORTS, portsAt, portsFrom } from './ports.js';

describe('ports', () => {
  it('are the documented ones without any variable', () => {
    expect(portsFrom({})).toEqual(DEFAULT_PORTS);
  });

  it('move together by an offset, except those that are named', () => {
    const ports = portsFrom({ OCX_PORT_OFFSET: '1000', OCX_PORT_BROKER: '9000' });
    expect(ports.identity).toBe(6000);
    expect(ports.broker).toBe(9000);
    expect(portsAt(1000).harvard).toBe(9801);
  });

  it.each([
    { OCX_PORT_BROKER: 'http' },
    { OCX_PORT_BROKER: '0' },
    { OCX_PORT_OFFSET: '70000' },
    { OCX_PORT_OFFSET: 'x' },
  ])('refuse %o', (environment) => {
    expect(() => portsFrom(environment)).toThrow();
  });
});
