import { Injectable } from '@nestjs/common';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import { clearedCookie, isSameBrowser, newSecret, sha256 } from './browser-binding.js';
import { type CheckedResponse, SamlRefused } from './response-checks.js';
import { type AnsweredLogin, SamlRepository } from './saml.repository.js';

/** The browser follows the redirect at once. */
const CODE_MS = 60_000;

/**
 * A login in two halves. The provider's answer arrives by a post from another site, which carries no cookie of ours and
 * which anybody can make a browser send. It therefore gives a one-time code only; the token is for the browser that
 * shows, together with the code, the cookie it got when the login began.
 */
@Injectable()
export class SamlLoginsService {
  constructor(
    private readonly repository: SamlRepository,
    private readonly settings: IdentitySettings,
  ) {}

  /** Spends the answer. Returns the URL, of ours, where the browser goes for its token. */
  async answered(idpId: string, answer: CheckedResponse, attributes: RemoteAttributes): Promise<string> {
    const code = newSecret();
    const expiresAt = new Date(Date.now() + CODE_MS);
    if (!(await this.repository.spend(idpId, answer, { codeSha256: sha256(code), attributes, expiresAt }))) {
      throw new SamlRefused('the answer was used before, or answers no login of ours');
    }
    return `${this.settings.base}/OS-FEDERATION/saml2/login?code=${code}`;
  }

  /** The login that `code` stands for, good once, and only in the browser that began it. */
  async redeem(code: string, cookies: string | undefined): Promise<AnsweredLogin & { cookie: string }> {
    const login = await this.repository.redeem(sha256(code));
    if (!login) throw new SamlRefused('the code is unknown, was used, or is too old');
    const secure = this.settings.isSecure;
    if (!isSameBrowser(cookies, login.browserSha256, secure)) {
      throw new SamlRefused('another browser began the login');
    }
    return { ...login, cookie: clearedCookie(login.browserSha256, secure) };
  }
}
