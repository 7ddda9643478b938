import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Maintenance } from './maintenance.entity';
import { MaintenanceWatch } from './maintenance-watch';

/** Global, because requests and jobs both stop for it. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Maintenance])],
  providers: [MaintenanceWatch],
  exports: [MaintenanceWatch],
})
export class MaintenanceModule {}
