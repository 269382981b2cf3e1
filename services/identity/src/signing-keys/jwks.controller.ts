import { Controller, Get, Header } from '@nestjs/common';
import { CacheControl, JsonWebKeySet } from '@ocx/openstack-api/identity/token-exchange';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { KeyRing } from './key-ring.js';

/** RFC 7517: the keys with which anybody verifies identity's tokens offline. */
@Controller('.well-known/jwks.json')
export class JwksController {
  constructor(private readonly ring: KeyRing) {}

  @Get()
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  @Operation({ answers: { 200: { body: JsonWebKeySet, headers: CacheControl } } })
  show() {
    return { keys: this.ring.published };
  }
}
