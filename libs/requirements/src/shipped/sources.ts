/** Public pages that the sets were read in. */
export const SOURCES = {
  stcwChapterII:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-ii/',
  stcwChapterIII:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-iii/',
  stcwChapterV:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-v/',
  stcwChapterVI:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-vi/',
  stcwPassenger: 'https://www.imorules.com/Chunk1484089077.html',
  stcwPolar: 'https://www.imorules.com/GUID-653A8DDD-8EDD-40A4-BEF5-0F6E1C69B50D.html',
  norwayPolar: 'https://www.sdir.no/veiledninger/polarkode/',
  gasAsFuel:
    'https://safety4sea.com/mpa-updates-seafarers-training-and-certification-requirements-subject-to-the-igf-code',
  mlcMedicalGrace:
    'https://www.yumpu.com/en/document/view/42084381/sami-briefing-maritime-labour-convention-faqs-and-text-march-2013/84',
  mlcCook: 'https://www.shipregulations.com/GUID-49C3F0DA-C900-4FC9-B26D-18B3858BC5D0.html',
  panamaCook: 'https://www.panamamaritime.com/mtcc/2024/04/18/dispensation-for-ships-cook/',
  bahamasEndorsements:
    'https://www.bahamasmaritime.com/services/seafarers-manning/applications-for-seafarers-documents/',
  australiaRatings:
    'https://www.amsa.gov.au/qualifications-training/international-qualifications/revalidation-rating-certificates-proficiency',
  radioByArea: 'https://shipinsight.com/articles/certification-for-communications-at-sea/',
  securityCovers: 'https://docplayer.net/amp/8525757',
  passportMargin: 'https://crewing.wallem.com.ph/services/documentation-and-processing/',
  euMedicalDirective: 'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:01992L0029-20191120',
  germanyMedical: 'https://www.deutsche-flagge.de/de/befaehigung/zugelassene-lehrgaenge/medizin',
  ukPssr: 'https://www.yachtcrewtraining.com/blogs/on-point/mca-clarifies-new-stcw-pssr-requirements',
  yellowFever: 'https://www.hps.scot.nhs.uk/news/detail?id=21723',
  nursingCompact: 'https://www.nursecompact.com/FAQs.page',
  tuberculosis: 'https://www.cdc.gov/tb-healthcare-settings/hcp/screening-testing/frequency.html',
} as const;
