import { Body, Controller, HttpCode, Param, Put } from '@nestjs/common';
import { ServerBoot } from '@ocx/openstack-api/compute/boot';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput } from '@ocx/service-kit/errors';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { importPublicKey } from '../keypairs/keypair.js';
import { ServerAdmission } from './server-admission.js';
import { prepareBoot } from './servers.policy.js';

/**
 * `PUT /landlord/v1/leases/{lease id}/boot`, by a token with the action `create` for that lease: what the server will
 * boot with and Nova's strict create body has no place for (key pairs live at the broker). Comes before the create
 * under the same lease, which uses it up; putting it again replaces it. 204.
 */
@Controller('landlord/v1/leases')
export class ServerBootController {
  constructor(private readonly admission: ServerAdmission) {}

  @Put(':id/boot')
  @HttpCode(204)
  @Policy(prepareBoot)
  async put(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    const boot = parse(ServerBoot, body);
    const publicKeys = boot.public_keys.map((key) => importPublicKey(key).publicKey);
    if (boot.hostname?.includes('..')) throw new InvalidInput('The host name is malformed.');
    await this.admission.prepareBoot(caller, parse(Uuid, id), { ...boot, public_keys: publicKeys });
  }
}
