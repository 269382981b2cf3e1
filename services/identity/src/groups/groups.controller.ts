import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import {
  CreateGroup,
  GroupAnswer,
  GroupList,
  GroupMembersQuery,
  GroupQuery,
  GroupsOfUserQuery,
  UpdateGroup,
} from '@ocx/openstack-api/identity/groups';
import { UserList } from '@ocx/openstack-api/identity/users';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { domainReads, domainReadsOrSelf, domainWrites } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { userView } from '../users/user.view.js';
import { collectionLinks, pageRequest, pageView, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { groupView } from './group.view.js';
import { GroupsService } from './groups.service.js';

@Controller('v3')
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('groups')
  @Policy(domainReads)
  @Operation({ query: GroupQuery, answers: { 200: GroupList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(GroupQuery, query);
    const { items, next } = await this.groups.list(
      { name: textMatches(filter, 'name'), domainId: filter.domain_id },
      pageRequest(filter),
    );
    return {
      groups: items.map((group) => groupView(group, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post('groups')
  @Policy(domainWrites)
  @Operation({ body: CreateGroup, answers: { 201: GroupAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { group } = parse(CreateGroup, body);
    return { group: groupView(await this.groups.create({ ...group, domainId: group.domain_id }), this.settings.base) };
  }

  @Get('groups/:group_id')
  @Policy(domainReads)
  @Operation({ answers: { 200: GroupAnswer } })
  async show(@Param('group_id') id: string) {
    return { group: groupView(await this.groups.show(id), this.settings.base) };
  }

  @Patch('groups/:group_id')
  @Policy(domainWrites)
  @Operation({ body: UpdateGroup, answers: { 200: GroupAnswer }, errors: [409] })
  async update(@Param('group_id') id: string, @Body() body: unknown) {
    const { group } = parse(UpdateGroup, body);
    return {
      group: groupView(await this.groups.update(id, { ...group, domainId: group.domain_id }), this.settings.base),
    };
  }

  @Delete('groups/:group_id')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('group_id') id: string): Promise<void> {
    await this.groups.delete(id);
  }

  @Get('groups/:group_id/users')
  @Policy(domainReads)
  @Operation({ query: GroupMembersQuery, answers: { 200: UserList } })
  async listUsers(@Param('group_id') id: string, @Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(GroupMembersQuery, query);
    const { items, next } = await this.groups.listMembers(
      id,
      {
        name: textMatches(filter, 'name'),
        enabled: filter.enabled,
        domainId: filter.domain_id,
        passwordExpires: filter.password_expires_at,
      },
      pageRequest(filter),
    );
    return {
      users: items.map((user) => userView(user, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Put('groups/:group_id/users/:user_id')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async addUser(@Param('group_id') id: string, @Param('user_id') userId: string): Promise<void> {
    await this.groups.addMember(id, userId);
  }

  @Get('groups/:group_id/users/:user_id')
  @HttpCode(204)
  @Policy(domainReadsOrSelf)
  @Operation({ answers: { 204: {} } })
  async showUser(@Param('group_id') id: string, @Param('user_id') userId: string): Promise<void> {
    await this.groups.checkMember(id, userId);
  }

  @Delete('groups/:group_id/users/:user_id')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async removeUser(@Param('group_id') id: string, @Param('user_id') userId: string): Promise<void> {
    await this.groups.removeMember(id, userId);
  }

  @Get('users/:user_id/groups')
  @Policy(domainReadsOrSelf)
  @Operation({ query: GroupsOfUserQuery, answers: { 200: GroupList } })
  async listOfUser(@Param('user_id') userId: string, @Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(GroupsOfUserQuery, query);
    const groups = (await this.groups.listOfUser(userId)).filter(({ name }) => (asked.name ?? name) === name);
    const views = groups.map((group) => groupView(group, this.settings.base));
    return pageView('groups', views, asked, this.settings.publicUrl + path);
  }
}
