import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ImageMembersService } from './image-members.service.js';
import { memberView } from './image.view.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';

const AddMember = z.strictObject({ member: OpenStackId });
const MemberStatus = z.strictObject({ status: z.enum(['pending', 'accepted', 'rejected']) });

@Controller('regions/:region/image/v2/images/:id/members')
@Policy(PROXY_POLICY.images)
export class ImageMembersController {
  constructor(private readonly members: ImageMembersService) {}

  @Get()
  async list(@Caller() caller: Principal, @Param('id') id: string) {
    return { members: (await this.members.list(caller, id)).map(memberView), schema: '/v2/schemas/members' };
  }

  @Post()
  @HttpCode(200)
  async add(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown) {
    return memberView(await this.members.add(caller, id, parse(AddMember, body).member));
  }

  @Get(':member')
  async show(@Caller() caller: Principal, @Param('id') id: string, @Param('member') member: string) {
    return memberView(await this.members.show(caller, id, member));
  }

  @Put(':member')
  async setStatus(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('member') member: string,
    @Body() body: unknown,
  ) {
    return memberView(await this.members.setStatus(caller, id, member, parse(MemberStatus, body).status));
  }

  @Delete(':member')
  @HttpCode(204)
  async remove(@Caller() caller: Principal, @Param('id') id: string, @Param('member') member: string): Promise<void> {
    await this.members.remove(caller, id, member);
  }
}
