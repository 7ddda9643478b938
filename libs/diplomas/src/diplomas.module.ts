import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { credentialRoutes, CredentialsModule } from '#libs/credentials';
import { DiplomaFilesController } from './diploma-files.controller';
import { DiplomaFiles } from './diploma-files.service';
import { DIPLOMA } from './diploma-kind';
import { DiplomaLinks } from './diploma-links';
import { DiplomaReader } from './diploma-reader.service';
import { DiplomaReviewsController } from './diploma-reviews.controller';
import { Diploma } from './diploma.entity';
import { DiplomasController } from './diplomas.controller';
import { Diplomas } from './diplomas.service';
import { Title } from './title.entity';
import { TitlesController } from './titles.controller';
import { Titles } from './titles.service';

@Module({
  imports: [TypeOrmModule.forFeature([Title, Diploma]), CredentialsModule],
  controllers: [
    DiplomasController,
    DiplomaFilesController,
    DiplomaReviewsController,
    credentialRoutes(DIPLOMA, DiplomaReader),
    TitlesController,
  ],
  providers: [Titles, Diplomas, DiplomaReader, DiplomaFiles, DiplomaLinks],
})
export class DiplomasModule {}
