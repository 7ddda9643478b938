import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Title } from './title.entity';
import { Diploma } from './diploma.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Title, Diploma])],
})
export class DiplomasModule {}
