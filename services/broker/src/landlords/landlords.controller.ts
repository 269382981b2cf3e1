import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { LandlordId } from '@ocx/openstack-api/ids';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { Policy, Public } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { BROKER_CONFIG, BrokerConfig, issuerOf } from '../broker.config.js';
import { EXCHANGE_POLICY } from '../exchange-api/exchange.policy.js';
import { EnrolmentRequest, EXCHANGE_ANSWERS } from '../exchange-api/exchange.schemas.js';
import { EnrolmentService } from './enrolment.service.js';
import { LandlordMovesService } from './landlord-moves.service.js';
import { LandlordBreaker } from './landlord-breaker.js';
import { landlordView } from './landlord.view.js';
import { LandlordsService } from './landlords.service.js';

@Controller('exchange/v1/landlords')
export class LandlordsController {
  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly landlords: LandlordsService,
    private readonly enrolment: EnrolmentService,
    private readonly moves: LandlordMovesService,
    private readonly breaker: LandlordBreaker,
    private readonly key: SigningKey,
  ) {}

  @Get()
  @Policy(EXCHANGE_POLICY.market)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.landlords } })
  async list() {
    const landlords = await this.landlords.list();
    return { landlords: landlords.map((landlord) => landlordView(landlord, this.breaker.isReachable(landlord.id))) };
  }

  @Get(':id')
  @Policy(EXCHANGE_POLICY.market)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.landlord } })
  async show(@Param('id') id: string) {
    const landlord = await this.landlords.byId(parse(LandlordId, id));
    if (!landlord) throw new NotFound(`Landlord ${id} could not be found.`);
    return { landlord: landlordView(landlord, this.breaker.isReachable(landlord.id)) };
  }

  /** Answers of the landlord that were dropped since this process started, by what was wrong with them. */
  @Get(':id/misbehaviour')
  @Policy(EXCHANGE_POLICY.operator)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.misbehaviour } })
  showMisbehaviour(@Param('id') id: string) {
    return { dropped: this.breaker.dropped(parse(LandlordId, id)) };
  }

  @Post()
  @HttpCode(201)
  @Public()
  @Operation({ body: EnrolmentRequest, answers: { 201: EXCHANGE_ANSWERS.enrolment }, errors: [403, 409] })
  async enrol(@Body() body: unknown) {
    const { code, enrolment } = parse(EnrolmentRequest, body);
    const landlord = await this.enrolment.enrol(code, enrolment);
    return { landlord_id: landlord.id, exchange_jwk: this.key.jwk, issuer: issuerOf(this.config) };
  }

  /** A new endpoint or key of a landlord, signed by the key that it has until then: the signature is the proof. */
  @Post(':id/moves')
  @HttpCode(200)
  @Public()
  @Operation({ body: SignedMove, answers: { 200: EXCHANGE_ANSWERS.move }, errors: [404, 409] })
  async move(@Param('id') id: string, @Body() body: unknown) {
    const landlord = await this.moves.move(parse(LandlordId, id), parse(SignedMove, body));
    return { landlord_id: landlord.id, seq: landlord.moveSeq, endpoint: landlord.endpoint, jkt: landlord.jkt };
  }

  /** Not idempotent on purpose: a code is shown once, so its answer must not be kept; an unused one expires. */
  @Post('enrolment-codes')
  @HttpCode(201)
  @Policy(EXCHANGE_POLICY.operator)
  @Operation({ answers: { 201: EXCHANGE_ANSWERS.enrolmentCode } })
  async issueCode(@Caller() caller: Principal) {
    const { code, expiresAt } = await this.enrolment.issueCode(caller.userId);
    return { code, expires_at: expiresAt.toISOString() };
  }
}
