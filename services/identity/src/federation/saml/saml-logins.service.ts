import { Injectable } from '@nestjs/common';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import { clearedCookie, isSameBrowser, isSameSecret, newSecret, sha256 } from './browser-binding.js';
import { type CheckedResponse, SamlRefused } from './response-checks.js';
import { type AnsweredLogin, type RequestKey, SamlRepository } from './saml.repository.js';

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
    const code = await this.spend({ identityProviderId: idpId, binding: 'post' }, answer, attributes);
    return `${this.settings.base}/OS-FEDERATION/saml2/login?code=${code}`;
  }

  /** Spends the answer that an enhanced client brings, together with the relay state it was given when the login began. */
  async finished(
    idpId: string,
    answer: CheckedResponse,
    attributes: RemoteAttributes,
    relayState: string,
  ): Promise<AnsweredLogin> {
    const code = await this.spend({ identityProviderId: idpId, binding: 'paos' }, answer, attributes);
    const login = await this.repository.redeem(sha256(code));
    if (!login || !isSameSecret(relayState, login.browserSha256)) {
      throw new SamlRefused('another client began the login');
    }
    return login;
  }

  private async spend(
    login: Omit<RequestKey, 'id'>,
    answer: CheckedResponse,
    attributes: RemoteAttributes,
  ): Promise<string> {
    const code = newSecret();
    const kept = { codeSha256: sha256(code), attributes, expiresAt: new Date(Date.now() + CODE_MS) };
    if (!(await this.repository.spend({ ...login, id: answer.inResponseTo }, answer, kept))) {
      throw new SamlRefused('the answer was used before, or answers no login of ours');
    }
    return code;
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
