import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';

describe('the command line', () => {
  it('carries out the tour unless told not to', () => {
    expect(parseCommandLine([], {}).tour).toBe(true);
    expect(parseCommandLine(['--no-tour'], {}).tour).toBe(false);
  });

  it('takes an exchange that runs elsewhere from options or the environment', () => {
    const environment = { OS_AUTH_URL: 'https://id/v3/', OCX_TOUR_USERNAME: 'ada', OCX_TOUR_PASSWORD: 'p' };
    const { tourOnly } = parseCommandLine(['--tour-only', '--exchange-url', 'https://broker'], environment);
    expect(tourOnly).toEqual({
      identityUrl: 'https://id/v3',
      brokerUrl: 'https://broker',
      username: 'ada',
      password: 'p',
    });
  });

  it.each([[['--tour-only']], [['--tour-only', '--no-tour']], [['--unknown']]])('refuses %j', (args) => {
    expect(() => parseCommandLine(args, {})).toThrow();
  });
});
