import { Injectable } from '@nestjs/common';
import { Forbidden, NotFound, Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ProjectsService } from '../projects/projects.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { newId } from '../wire/id.js';
import { OAuthRequests } from './oauth-requests.service.js';
import { required } from './oauth-signature.js';
import type { AccessToken, RequestToken } from './oauth-token.js';
import { OAuthTokensRepository } from './oauth-tokens.repository.js';

type Parameters = Readonly<Record<string, string>>;
type WantedRole = { readonly id: string } | { readonly name: string };

const newSecret = (): string => randomBytes(32).toString('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A token of a delegation delegates no further, and does not look at what else was delegated. */
export function checkOwnLogin({ exchange }: Principal): void {
  if (!exchange?.application_credential && !exchange?.trust && !exchange?.oauth) return;
  throw new Forbidden('A token that was issued by delegation manages no OAuth tokens.');
}

/** From a consumer's request over a user's leave to an access token: OAuth 1.0a (RFC 5849), as Keystone has it. */
@Injectable()
export class OAuthDelegation {
  constructor(
    private readonly repository: OAuthTokensRepository,
    private readonly requests: OAuthRequests,
    private readonly projects: ProjectsService,
    private readonly assignments: RoleAssignmentsService,
    private readonly settings: IdentitySettings,
  ) {}

  /** What a consumer asks of nobody in particular: roles on a project. */
  async request(parameters: Parameters, projectId: string): Promise<RequestToken> {
    const consumerId = await this.requests.check('OS-OAUTH1/request_token', parameters);
    await this.projects.show(projectId);
    const token: RequestToken = {
      id: newId(),
      secret: newSecret(),
      consumerId,
      projectId,
      userId: null,
      roleIds: [],
      verifierSha256: null,
      expiresAt: new Date(Date.now() + this.settings.config.OCX_OAUTH1_REQUEST_TOKEN_SECONDS * 1000),
    };
    await this.repository.insertRequest(token);
    return token;
  }

  /**
   * A user's leave, for roles that they hold themselves.
   * @returns the verifier, with which the consumer shows that the user sent it
   */
  async authorize(caller: Principal, id: string, wanted: readonly WantedRole[]): Promise<string> {
    checkOwnLogin(caller);
    const { projectId } = await this.live(id);
    const held = await this.assignments.effectiveRoles(caller.userId, { type: 'project', id: projectId });
    const roleIds = wanted.map((role) => {
      const found = held.find(({ id: heldId, name }) => ('id' in role ? heldId === role.id : name === role.name));
      if (!found) throw new Unauthenticated('The authorizing user does not have the role required.');
      return found.id;
    });
    const verifier = randomBytes(12).toString('base64url');
    const verifierSha256 = sha256(verifier);
    await this.repository.authorize(id, { userId: caller.userId, roleIds: [...new Set(roleIds)], verifierSha256 });
    return verifier;
  }

  /** One access token for an authorized request token, to the consumer that asked, once. */
  async exchange(parameters: Parameters): Promise<AccessToken> {
    const asked = await this.live(required(parameters, 'oauth_token'));
    const verifier = required(parameters, 'oauth_verifier');
    const consumerId = await this.requests.check('OS-OAUTH1/access_token', parameters, asked.secret);
    const isRight = timingSafeEqual(Buffer.from(sha256(verifier)), Buffer.from(asked.verifierSha256 ?? sha256('')));
    if (asked.consumerId !== consumerId || asked.userId === null || !isRight) {
      throw new Unauthenticated('The request token is not authorized, or of another consumer.');
    }
    const life = this.settings.config.OCX_OAUTH1_ACCESS_TOKEN_SECONDS;
    const token: AccessToken = {
      id: newId(),
      secret: newSecret(),
      consumerId,
      projectId: asked.projectId,
      userId: asked.userId,
      roleIds: asked.roleIds,
      expiresAt: life === 0 ? null : new Date(Date.now() + life * 1000),
    };
    if (await this.repository.exchange(asked.id, token)) return token;
    throw new NotFound(`Could not find request token: ${asked.id}.`);
  }

  /** The access token by which a request is signed. Throws {@link Unauthenticated} */
  async presented(path: string, parameters: Parameters): Promise<AccessToken> {
    const token = await this.repository.findAccess(required(parameters, 'oauth_token'));
    const consumerId = await this.requests.check(path, parameters, token?.secret ?? '');
    const isLive = token && (token.expiresAt === null || token.expiresAt.getTime() > Date.now());
    if (!isLive || token.consumerId !== consumerId) throw new Unauthenticated('Could not validate the access token.');
    return token;
  }

  private async live(id: string): Promise<RequestToken> {
    const token = await this.repository.findRequest(id);
    if (!token) throw new NotFound(`Could not find request token: ${id}.`);
    if (token.expiresAt.getTime() <= Date.now()) throw new Unauthenticated('Request token is expired.');
    return token;
  }
}
