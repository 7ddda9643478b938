import { attachmentDisposition } from './content-disposition';

describe('the Content-Disposition of a download', () => {
  it.each([
    ['scan.pdf', `attachment; filename="scan.pdf"; filename*=UTF-8''scan.pdf`],
    ['Prüfung № 1.pdf', `attachment; filename="Pr_fung _ 1.pdf"; filename*=UTF-8''Pr%C3%BCfung%20%E2%84%96%201.pdf`],
    ['a"b\\c%41.pdf', `attachment; filename="a_b_c_41.pdf"; filename*=UTF-8''a%22b%5Cc%2541.pdf`],
    [`it's (1)*.pdf`, `attachment; filename="it's (1)*.pdf"; filename*=UTF-8''it%27s%20%281%29%2A.pdf`],
    ['🛳\ud800.pdf', `attachment; filename="__.pdf"; filename*=UTF-8''%F0%9F%9B%B3%EF%BF%BD.pdf`],
  ])('keeps the name %j', (filename, header) => {
    expect(attachmentDisposition(filename)).toBe(header);
  });

  it('cannot be broken out of with line breaks', () => {
    expect(attachmentDisposition('a\r\nset-cookie: x')).not.toMatch(/[\r\n]/);
  });
});
