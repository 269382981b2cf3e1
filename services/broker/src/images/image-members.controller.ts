import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { AddMember, ImageMember, ImageMemberList, MemberStatus } from '@ocx/openstack-api/image/members';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../budgets/within-budget.js';
import { ImageMembersService } from './image-members.service.js';
import { memberView } from './image.view.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';

@Controller('regions/:region/image/v2/images/:id/members')
@WithinBudget('nothing')
@Policy(PROXY_POLICY.images)
export class ImageMembersController {
  constructor(private readonly members: ImageMembersService) {}

  @Get()
  @Operation({ answers: { 200: ImageMemberList } })
  async list(@Caller() caller: Principal, @Param('id') id: string) {
    return { members: (await this.members.list(caller, id)).map(memberView), schema: '/v2/schemas/members' };
  }

  @Post()
  @HttpCode(200)
  @Operation({ body: AddMember, answers: { 200: ImageMember }, errors: [409] })
  async add(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown) {
    return memberView(await this.members.add(caller, id, parse(AddMember, body).member));
  }

  @Get(':member')
  @Operation({ answers: { 200: ImageMember } })
  async show(@Caller() caller: Principal, @Param('id') id: string, @Param('member') member: string) {
    return memberView(await this.members.show(caller, id, member));
  }

  @Put(':member')
  @Operation({ body: MemberStatus, answers: { 200: ImageMember } })
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
  @Operation({ answers: { 204: {} } })
  async remove(@Caller() caller: Principal, @Param('id') id: string, @Param('member') member: string): Promise<void> {
    await this.members.remove(caller, id, member);
  }
}
