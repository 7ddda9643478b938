import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecondFactorGate } from '#libs/accounts';
import { AuthenticatorApp } from './authenticator-app.entity';
import { Challenge } from './challenge.entity';
import { Challenges } from './challenges.service';
import { FactorsOfAccounts } from './factors.service';
import { Gate } from './gate';
import { FactorMails } from './mails';
import { OwnSecondFactorController } from './own-second-factor.controller';
import { OwnSecondFactor } from './own-second-factor.service';
import { Passkey } from './passkey.entity';
import { RecoveryCode } from './recovery-code.entity';
import { SecondFactorResets } from './second-factor-resets.service';
import { SecondStepController } from './second-step.controller';
import { SecondStepLimits } from './second-step-limits';
import { SecondStep } from './second-step.service';
import { WebAuthn } from './web-authn';
import './personal-data';

/** Global, because the sign-in of libs/accounts, which knows nothing of it, asks it. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Passkey, AuthenticatorApp, RecoveryCode, Challenge])],
  controllers: [SecondStepController, OwnSecondFactorController],
  providers: [
    Challenges,
    FactorMails,
    FactorsOfAccounts,
    OwnSecondFactor,
    SecondFactorResets,
    SecondStep,
    SecondStepLimits,
    WebAuthn,
    { provide: SecondFactorGate, useClass: Gate },
  ],
  exports: [SecondFactorGate],
})
export class SecondFactorModule {}
