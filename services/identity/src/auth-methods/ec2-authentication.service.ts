import { Injectable } from '@nestjs/common';
import type { S3Request, SignedRequest } from '@ocx/openstack-api/identity/credentials';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import { type Credential, EC2, ec2Blob, type Ec2Blob } from '../credentials/credential.js';
import { Ec2CredentialsService } from '../credentials/ec2-credentials.service.js';
import { OAuthTokensRepository } from '../oauth-tokens/oauth-tokens.repository.js';
import { EC2_METHOD } from '../tokens/exchange-tokens.js';
import type { IssuedToken } from '../tokens/tokens.service.js';
import { UsersService } from '../users/users.service.js';
import { type Authentication, refused, usable } from './authentication.js';
import { AuthenticationService } from './authentication.service.js';
import { isSignedWith, signedAt } from './ec2-signature.js';
import { isS3SignedWith } from './s3-signature.js';

/** Keystone's `auth_ttl`: a signature older than this is a replay. */
const LIFE_MS = 15 * 60 * 1000;

const isRecent = (time: number): boolean => Math.abs(Date.now() - time) <= LIFE_MS;

/** What a key may have been made with. */
interface Delegated {
  readonly userId: string;
  readonly projectId: string;
  readonly expiresAt: Date | null;
}

const endOf = ({ expiresAt }: Delegated): Pick<Authentication, 'notAfter'> =>
  expiresAt === null ? {} : { notAfter: expiresAt.getTime() / 1000 };

/** From a request that was signed with an access key to a token for the key's project. */
@Injectable()
export class Ec2AuthenticationService {
  constructor(
    private readonly credentials: Ec2CredentialsService,
    private readonly users: UsersService,
    private readonly applicationCredentials: ApplicationCredentialsService,
    private readonly accessTokens: OAuthTokensRepository,
    private readonly authentication: AuthenticationService,
  ) {}

  /** One answer for an unknown key, a wrong signature and an old one. */
  login(request: SignedRequest): Promise<IssuedToken> {
    const time = signedAt(request);
    return this.admit(
      request.access,
      (secret) => isSignedWith(secret, request) && time !== undefined && isRecent(time),
    );
  }

  /** The same for what an S3 service was sent. When it was signed is the service's to judge, unless it tells. */
  loginAtS3(request: S3Request): Promise<IssuedToken> {
    const time = signedAt(request);
    return this.admit(
      request.access,
      (secret) => isS3SignedWith(secret, request) && (time === undefined || isRecent(time)),
    );
  }

  private async admit(access: string, isRight: (secret: string) => boolean): Promise<IssuedToken> {
    const credential = await this.credentials.find(access);
    if (credential?.type !== EC2 || credential.projectId === null) throw refused();
    const blob = ec2Blob(credential.blob);
    if (!isRight(blob.secret)) throw refused();
    const who = await this.delegate(credential, blob);
    const scope =
      blob.trust_id == null ? { project: { id: credential.projectId } } : { 'OS-TRUST:trust': { id: blob.trust_id } };
    return this.authentication.issue(who, scope);
  }

  /** A key that was made by delegation lives as long as that does, for the same user and project. */
  private async delegate(credential: Credential, blob: Ec2Blob): Promise<Authentication> {
    const user = usable(await this.users.find(credential.userId));
    if (!user) throw refused();
    const who = { user, methods: [EC2_METHOD] };
    if (blob.app_cred_id != null) {
      const applicationCredential = this.stillOf(credential, await this.applicationCredentials.find(blob.app_cred_id));
      return { ...who, applicationCredential, ...endOf(applicationCredential) };
    }
    if (blob.access_token_id != null) {
      const accessToken = this.stillOf(credential, await this.accessTokens.findAccess(blob.access_token_id));
      return { ...who, accessToken, ...endOf(accessToken) };
    }
    return who;
  }

  private stillOf<Source extends Delegated>(
    { userId, projectId }: Credential,
    source: Source | null | undefined,
  ): Source {
    const isLive = source?.expiresAt == null || source.expiresAt.getTime() > Date.now();
    if (!source || !isLive || source.userId !== userId || source.projectId !== projectId) throw refused();
    return source;
  }
}
