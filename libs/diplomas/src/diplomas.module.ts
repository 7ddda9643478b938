import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '#libs/storage';
import { VerificationModule } from '#libs/verification';
import { DiplomaFilesController } from './diploma-files.controller';
import { DiplomaFiles } from './diploma-files.service';
import { DiplomaLinks } from './diploma-links';
import { DiplomaReader } from './diploma-reader.service';
import { DiplomaReviewsController } from './diploma-reviews.controller';
import { DiplomaReviews } from './diploma-reviews.service';
import { Diploma } from './diploma.entity';
import { DiplomasController } from './diplomas.controller';
import { Diplomas } from './diplomas.service';
import { Title } from './title.entity';
import { TitlesController } from './titles.controller';
import { Titles } from './titles.service';

@Module({
  imports: [TypeOrmModule.forFeature([Title, Diploma]), StorageModule, VerificationModule],
  controllers: [DiplomasController, DiplomaFilesController, DiplomaReviewsController, TitlesController],
  providers: [Titles, Diplomas, DiplomaReader, DiplomaFiles, DiplomaLinks, DiplomaReviews],
})
export class DiplomasModule {}
