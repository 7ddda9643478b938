/** Public pages that the rules were read in. Texts of conventions first, then what administrations say. */
export const SOURCES = {
  stcwRevalidation: 'https://www.imorules.com/STCWCODE_A_I_11.html',
  stcwPolar: 'https://www.imorules.com/GUID-653A8DDD-8EDD-40A4-BEF5-0F6E1C69B50D.html',
  stcwPassenger: 'https://www.imorules.com/Chunk1484089077.html',
  stcwEndorsementForm: 'https://www.imorules.com/Chunk2109152089.html',
  stcwChapterII:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-ii/',
  stcwChapterIII:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-iii/',
  stcwChapterV:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-v/',
  stcwChapterVI:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-1-til-konferansens-sluttprotokoll/kapittel-vi/',
  stcwCodeVI:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-2-til-konferansens-sluttprotokoll/del-a/kapittel-vi/',
  stcwGuidanceI10:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-2-til-konferansens-sluttprotokoll/del-b/kapittel-i/avsnitt-b-i10/',
  stcwGuidanceI11:
    'https://www.sdir.no/sjofart/regelverk/internasjonale-konvensjoner/stcw/tillegg-2-til-konferansens-sluttprotokoll/del-b/kapittel-i/avsnitt-b-i11/',
  stcwDispensation: 'https://www.droit-bilingue.ch/it-de/0.7/0.74/0.747.341.2-VIII-11.html',
  mlcMedical: 'https://www.imorules.com/GUID-C3CF03DA-83BC-4F36-A169-8CB88B2D6D0E.html',
  mlcMedicalGrace:
    'https://www.yumpu.com/en/document/view/42084381/sami-briefing-maritime-labour-convention-faqs-and-text-march-2013/84',
  mlcCook: 'https://www.shipregulations.com/GUID-49C3F0DA-C900-4FC9-B26D-18B3858BC5D0.html',
  singaporeMedical: 'https://www.scribd.com/document/567687121',
  seafarersRightsMedical: 'https://seafarersrights.org/requirement-to-be-medically-fit/',
  australiaRatings:
    'https://www.amsa.gov.au/qualifications-training/international-qualifications/revalidation-rating-certificates-proficiency',
  australiaGmdss: 'https://www.amsa.gov.au/call-to-action-details/2267/item',
  denmarkRefreshers:
    'https://www.dma.dk/seafarers-and-manning/discharge-book-and-certificates/refreshing-qualifications',
  denmarkMedicalCare:
    'https://www.dma.dk/seafarers-and-manning/person-in-charge-of-medical-care/which-regulations-apply',
  norwayTerms: 'https://www.sdir.no/aktuelt/nyheter/endringer-i-utlopsdato-for-ferdighetssertifikater/',
  norwayPolar: 'https://www.sdir.no/veiledninger/polarkode/',
  finlandRenewal: 'https://www.traficom.fi/fi/liikenne/merenkulku/patevyyden-uusiminen',
  germanyMedical: 'https://www.deutsche-flagge.de/de/befaehigung/zugelassene-lehrgaenge/medizin',
  euMedicalDirective: 'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:01992L0029-20191120',
  ukEndorsements: 'https://www.ukshipregister.co.uk/seafarer/certification/certificates-of-equivalent-competency/',
  caymanDispensations: 'https://www.cishipping.com/services/seafarers/dispensations',
  bahamasEndorsements:
    'https://www.bahamasmaritime.com/services/seafarers-manning/applications-for-seafarers-documents/',
  panamaCook: 'https://www.panamamaritime.com/mtcc/2024/04/18/dispensation-for-ships-cook/',
  usTankers: 'https://www.customsmobile.com/regulations/46/13.120',
  usRatings: 'https://www.govregs.com/regulations/title46_chapterI_part12_subpartF_section12.601',
  whoYellowFever: 'https://www.hps.scot.nhs.uk/news/detail?id=21723',
  nursingCompact: 'https://www.nursecompact.com/FAQs.page',
  nursingBoards: 'https://www.ncsbn.org/94.htm',
  cdcTuberculosis: 'https://www.cdc.gov/tb-healthcare-settings/hcp/screening-testing/frequency.html',
  cdcTuberculosisLetter: 'https://www.cdc.gov/tb/publications/letters/hcp_dcl.html',
  aohpImmunizations: 'https://www.aohp.org/aohp/Immunizations.aspx',
} as const;
